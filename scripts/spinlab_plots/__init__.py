"""Pictures of spinlab's results: one module a figure, over results, intervals, styles and page."""
