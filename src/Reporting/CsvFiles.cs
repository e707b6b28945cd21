namespace Cluster.Reporting;

/// <summary>The tables of a result for other programs; fractions are 0 to 1, as in result.json.</summary>
public static class CsvFiles
{
    /// <summary>The text of front.csv: a record per plan of the front, fastest first.</summary>
    public static string Front(ReportModel model)
    {
        var metric = model.Options.Measure;
        var csv = new CsvText(
            "plan_sha256",
            "role",
            "int8_groups",
            "groups",
            "correct_images",
            "total_images",
            Column(metric, string.Empty),
            Column(metric, "ci95_low_"),
            Column(metric, "ci95_high_"),
            metric.IsShare() ? "drop_fraction" : "drop_loss",
            "latency_median_ms",
            "latency_iqr_ms",
            "latency_n",
            "fp32_median_ms",
            "speedup_ratio",
            "batch_images",
            "threads",
            "size_bytes",
            "bops_per_image",
            "kl_nats",
            "agree_images",
            "artefact_sha256",
            "formats");
        foreach (var point in model.Points.Where(point => point.OnFront).OrderBy(point => point.ComparableMs))
        {
            var (accuracy, latency) = (point.Accuracy, point.Latency);

            // Of images without labels it is not known how many are right, only how many differ from FP32.
            var interval = accuracy?.Unlabelled is null ? accuracy?.Ci95 : null;
            csv.Add(
                point.Plan.Digest,
                Role(point.Roles),
                point.Plan.CountInt8(),
                point.Plan.Groups.Count,
                accuracy?.Correct,
                accuracy?.Total,
                accuracy is { Correct: { } correct, Total: var total } ? (double)correct / total : accuracy?.Value,
                interval?[0],
                interval?[1],
                accuracy?.Drop,
                latency?.MedianMs,
                latency?.IqrMs,
                latency?.N,
                latency?.Float32MedianMs,
                point.SpeedUp,
                latency?.Batch,
                latency?.Threads,
                point.Measured.SizeBytes,
                point.Measured.Bops,
                accuracy?.Kl,
                accuracy?.Agree,
                point.Measured.Artefact?.Sha256,
                FormatShares.Of(point.Plan));
        }

        return csv.ToString();
    }

    /// <summary>The text of sensitivity.csv: a record per group, in the network's order.</summary>
    public static string Sensitivity(ReportModel model)
    {
        var (result, space) = (model.Result, model.Space);
        var csv = new CsvText(
            "group",
            "operators",
            "macs_per_image",
            "parameters",
            "kl_nats",
            "sqnr_db",
            "correct_images",
            "total_images",
            "profile_fp32_ms",
            "profile_int8_ms",
            "int8_saves_ms",
            "format",
            "calibrator",
            "bias_correction",
            "verdict",
            "reason");
        for (var i = 0; i < space.Groups.Count; i++)
        {
            var group = space.Groups[i];
            var decision = result.Winner.Plan.Groups[i];
            var alone = result.Sensitivity.ElementAtOrDefault(i);
            var time = model.Profile?.Groups.ElementAtOrDefault(i);
            var verdict = result.Groups.ElementAtOrDefault(i);
            csv.Add(
                group.Name,
                string.Join('+', group.Operators),
                group.Macs,
                group.Parameters,
                alone?.Kl,
                alone?.SqnrDb,
                alone is { Total: > 0 } ? alone.Correct : null,
                alone?.Total,
                time?.Float32Ms,
                time?.Int8Ms,
                verdict?.PredictedSavedMs,
                decision.Format.Title.ToLowerInvariant(),
                decision.Calibrator,
                decision.BiasCorrection,
                verdict?.Code.ToString(),
                verdict?.Reason);
        }

        return csv.ToString();
    }

    // The unit is the last word of a column's name.
    private static string Column(MetricKind metric, string part)
    {
        var word = metric.Word().Replace('-', '_');
        return metric.Scale().Unit switch
        {
            MetricUnit.Share => part.Length == 0 ? $"{word}_fraction" : $"{part}fraction",
            MetricUnit.Nats => $"{part}{word}_nats",
            MetricUnit.Decibels => $"{part}{word}_db",
            _ => part + word,
        };
    }

    private static string Role(PlanRoles roles) => string.Join('+', new[]
    {
        roles.HasFlag(PlanRoles.Float32) ? "fp32" : null,
        roles.HasFlag(PlanRoles.Int8) ? "int8" : null,
        roles.HasFlag(PlanRoles.Int8Best) ? "int8Best" : null,
        roles.HasFlag(PlanRoles.Winner) ? "winner" : null,
    }.OfType<string>());
}
