"""A REST API's mapping templates on this machine: VTL by airspeed-ext, API Gateway's own variables by us."""
