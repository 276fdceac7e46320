"""What a facility hands to those who fund it: one content, written as PDF or HTML, and an annex with all rows."""
