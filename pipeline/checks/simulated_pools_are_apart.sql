-- Records of a simulated access point are in a pool that is marked as simulated, and no others are.
SELECT pool, ap, count(*) AS attempts
FROM attempt
WHERE ends_with(ap, '.simulated') <> ends_with(pool, ' (simulated)')
GROUP BY ALL
