"""One module a helpdesk; none imports another."""
