"""The workbench: pages and API from one process. The address is the state; lower rooms do the computing."""
