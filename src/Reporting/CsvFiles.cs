using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Reporting.Models;

namespace Cluster.Reporting;

/// <summary>The tables of a result for other programs; fractions are 0 to 1, as in result.json.</summary>
public static class CsvFiles
{
    /// <summary>The text of front.csv: a record per plan of the front, fastest first.</summary>
    public static string Front(ReportModel model)
    {
        var csv = new CsvText(
            "plan_sha256",
            "role",
            "int8_groups",
            "groups",
            "correct_images",
            "total_images",
            $"{model.Outcome.Spec.Options.Measure.Word()}_fraction",
            "ci95_low_fraction",
            "ci95_high_fraction",
            "drop_fraction",
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
            var (accuracy, latency, interval) = (point.Accuracy, point.Latency, point.ShareInterval);
            csv.Add(
                point.Plan.Digest,
                Role(point.Roles),
                point.Plan.CountOf(GroupFormat.Int8),
                point.Plan.Groups.Count,
                accuracy?.Correct,
                accuracy?.Total,
                point.Share,
                interval?.Low,
                interval?.High,
                point.DropPoints / 100,
                latency?.MedianMs,
                latency?.IqrMs,
                latency?.Count,
                latency?.Float32MedianMs,
                point.SpeedUp,
                latency?.Batch,
                latency?.Threads,
                accuracy?.SizeBytes,
                accuracy?.Bops,
                accuracy?.Kl,
                accuracy?.Agree,
                accuracy?.ArtefactSha256,
                FormatShares.Of(point.Plan));
        }

        return csv.ToString();
    }

    /// <summary>The text of sensitivity.csv: a record per group, in the network's order.</summary>
    public static string Sensitivity(ReportModel model)
    {
        var outcome = model.Outcome;
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
            "precision",
            "calibrator",
            "bias_correction",
            "verdict",
            "reason");
        for (var i = 0; i < outcome.Space.Groups.Count; i++)
        {
            var group = outcome.Space.Groups[i];
            var decision = outcome.Winner.Plan.Groups[i];
            var alone = outcome.Sensitivity?.Groups.ElementAtOrDefault(i);
            var time = outcome.Profile?.Groups.ElementAtOrDefault(i);
            var verdict = outcome.Verdicts.ElementAtOrDefault(i);
            csv.Add(
                group.Name,
                string.Join('+', group.Operators),
                group.Macs,
                group.Parameters,
                alone?.Kl,
                alone?.SqnrDb,
                alone?.Correct,
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

    private static string Role(PlanRoles roles) => string.Join('+', new[]
    {
        roles.HasFlag(PlanRoles.Float32) ? "fp32" : null,
        roles.HasFlag(PlanRoles.Int8) ? "int8" : null,
        roles.HasFlag(PlanRoles.Int8Best) ? "int8Best" : null,
        roles.HasFlag(PlanRoles.Winner) ? "winner" : null,
    }.OfType<string>());
}
