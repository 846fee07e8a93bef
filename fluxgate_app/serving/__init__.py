"""How the product starts and stands on one port: pages built when they changed, then served with everything else."""
