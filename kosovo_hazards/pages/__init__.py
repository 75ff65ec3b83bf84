"""Pages: what maps and reports share, a policy that lets nothing in and data that can't run."""
