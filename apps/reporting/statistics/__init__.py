"""Every statistic that anyone shows, defined once (`catalogue`) as a formula over measures of the journal."""
