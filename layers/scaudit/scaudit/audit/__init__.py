"""verify's and the sweep's side: what is looked at, judged and recorded."""
