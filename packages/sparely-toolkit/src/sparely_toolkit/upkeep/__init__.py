"""What keeps a service current: its locks, its copy of our packages, and what known weaknesses say of both."""
