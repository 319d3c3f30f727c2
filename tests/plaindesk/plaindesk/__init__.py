"""Plaindesk: a helpdesk with little in it, and its plugin for touchcost."""
