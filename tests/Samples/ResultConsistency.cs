using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Cluster.Terminal;

namespace Cluster.Tests;

/// <summary>
/// Reads what a finished job tells its users, in result.json, front.csv, sensitivity.csv, report.html and the exit code, and finds what
/// contradicts itself.
/// </summary>
internal static partial class ResultConsistency
{
    // Decimal digits are written in full; sums differ in their last bits.
    private const double Slack = 1e-6;

    /// <summary>A sentence for each contradiction.</summary>
    /// <param name="folder">The job's folder; its network is looked at where it is there.</param>
    /// <param name="exitCode">That of the command.</param>
    public static IReadOnlyList<string> Contradictions(string folder, int exitCode)
    {
        var result = ResultDocument.Parse(File.ReadAllText(Path.Combine(folder, "result.json")), "result.json");
        string report = File.ReadAllText(Path.Combine(folder, "report.html"));
        return
        [
            .. Decision(result, exitCode),
            .. Front(result),
            .. FrontFile(result, Rows(Path.Combine(folder, "front.csv"))),
            .. Saved(result, Rows(Path.Combine(folder, "sensitivity.csv"))),
            .. Report(result, report),
            .. Network(result, Path.Combine(folder, "winner.qdq.onnx"), report),
        ];
    }

    private static IEnumerable<string> Decision(ResultDocument result, int exitCode)
    {
        var (decision, winner) = (result.Decision, result.Winner);
        int expected = result.Verdict.Kind == VerdictKind.DataDoubted ? ExitCode.DataDoubted
            : decision.Kind is WinnerKind.NothingFaster or WinnerKind.NothingFeasible ? ExitCode.NothingFeasible
            : decision.Kind == WinnerKind.Unclear ? ExitCode.Unclear
            : ExitCode.Done;
        if (exitCode != expected || ExitCode.Of(result.Verdict.Kind) != expected)
        {
            yield return $"exit code {exitCode}, {result.Verdict.Kind}, {decision.Kind}, feasible {decision.Feasible}";
        }

        if (result.Verdict.Sure is { } sure
            && sure != (result.Evidence!.DropCi95[1] <= result.Evidence.Bound + Slack
                || result.Evidence.DropCi95[0] > result.Evidence.Bound)
            && !(result.Test?.Drop > Math.Max(0, result.Evidence.DropCi95[1])))
        {
            yield return $"\"{result.Verdict.Words}\" of {result.Evidence.DropCi95[0]} to {result.Evidence.DropCi95[1]}";
        }

        if (result.Evidence is { } evidence
            && (winner.Accuracy!.Drop != evidence.Drop || !winner.Accuracy.DropCi95.SequenceEqual(evidence.DropCi95)))
        {
            yield return "the winner's loss has two intervals";
        }

        if (decision.Feasible == (decision.Kind == WinnerKind.NothingFeasible))
        {
            yield return $"{decision.Kind}, feasible {decision.Feasible}";
        }

        if (decision.Quantized == winner.Plan.IsBaseline || (decision.Kind == WinnerKind.NothingFaster && decision.Quantized == true))
        {
            yield return $"{decision.Kind}, quantized {decision.Quantized}, FP32 {winner.Plan.IsBaseline}";
        }

        if (winner.Latency is not { } latency)
        {
            yield return "the winner was not timed";
            yield break;
        }

        bool reachesOne = latency.Ci95 is [_, var high] && high >= latency.Float32MedianMs;
        if (decision.Kind is WinnerKind.Faster or WinnerKind.Unclear && decision.Quantized == true
            && reachesOne != (decision.Kind == WinnerKind.Unclear))
        {
            yield return $"interval to {latency.Ci95?[1]} beside {latency.Float32MedianMs} ms, {decision.Kind}";
        }

        // Beside a winner with learned numbers the reason tells of the plan's own time.
        if (decision.Kind is WinnerKind.NothingFaster or WinnerKind.Unclear && decision.Quantized == false
            && decision.Reason.Contains("unclear", StringComparison.Ordinal) != (decision.Kind == WinnerKind.Unclear))
        {
            yield return $"{decision.Kind}: {decision.Reason}";
        }

        if (decision.Kind == WinnerKind.Faster && !Ties.IsFaster(latency.MedianMs, latency.Float32MedianMs))
        {
            yield return $"faster: {latency.MedianMs} ms beside {latency.Float32MedianMs} ms";
        }

        if (Math.Abs(latency.Float32MedianMs - result.Baselines.Fp32.Latency!.MedianMs) > Slack)
        {
            yield return $"FP32 takes {latency.Float32MedianMs} ms beside the winner and {result.Baselines.Fp32.Latency.MedianMs} ms alone";
        }

        // A step after the search speaks of its own measurement.
        bool isSearched = result.Reconstruction is not { Kept: true } && result.FineTune is not { Kept: true };
        string speed = Figures.Ratio(latency.Float32MedianMs / latency.MedianMs);
        if (isSearched && Speed().Match(decision.Reason) is { Success: true } said && said.Groups["ratio"].Value != speed)
        {
            yield return $"\"{said.Value}\" in the reason, {speed} by its milliseconds";
        }

        if (Against().Match(decision.Reason) is { Success: true } beside
            && !IsRounded(beside.Groups["ms"].Value, result.Baselines.Fp32.Latency.MedianMs))
        {
            yield return $"\"{beside.Value}\" in the reason where FP32 takes {result.Baselines.Fp32.Latency.MedianMs} ms";
        }
    }

    private static IEnumerable<string> Front(ResultDocument result)
    {
        if (result.Front.All(plan => plan.PlanDigest != result.Winner.PlanDigest))
        {
            yield return "the winner is not on the front";
        }

        foreach (var plan in result.Front)
        {
            foreach (var other in result.Front.Where(other => other != plan && Share(other) <= Share(plan) && Drop(other) <= Drop(plan)))
            {
                yield return $"{other.PlanDigest[..8]} beats {plan.PlanDigest[..8]} on the front";
            }
        }

        var same = result.Front.FirstOrDefault(plan => plan.PlanDigest == result.Winner.PlanDigest);
        if (same is not null && (Share(same) != Share(result.Winner) || Drop(same) != Drop(result.Winner)))
        {
            yield return "the winner has other numbers on the front";
        }
    }

    private static IEnumerable<string> FrontFile(ResultDocument result, IReadOnlyList<Dictionary<string, string>> rows)
    {
        if (!rows.Select(row => row["plan_sha256"]).SequenceEqual(result.Front.Select(plan => plan.PlanDigest)))
        {
            yield return "front.csv has other plans than result.json";
            yield break;
        }

        foreach (var (row, plan) in rows.Zip(result.Front))
        {
            (string Column, double? Value)[] numbers =
            [
                ("latency_median_ms", plan.Latency!.MedianMs),
                ("fp32_median_ms", plan.Latency.Float32MedianMs),
                ("speedup_ratio", plan.Latency.Float32MedianMs / plan.Latency.MedianMs),
                ("drop_fraction", plan.Accuracy!.Drop),
                ("correct_images", plan.Accuracy.Correct),
                ("size_bytes", plan.SizeBytes),
            ];
            var apart = numbers.Where(number => Number(row[number.Column]) is var found && (found is null || number.Value is null
                ? found != number.Value
                : Math.Abs(found.Value - number.Value.Value) > Slack));
            foreach (var (column, value) in apart)
            {
                yield return $"front.csv has {column} {row[column]} where result.json has {value}";
            }

            bool isWinner = plan.PlanDigest == result.Winner.PlanDigest;
            if (row["artefact_sha256"] != plan.Artefact!.Sha256 || row["role"].Split('+').Contains("winner") != isWinner)
            {
                yield return $"front.csv has {row["role"]} and {row["artefact_sha256"]} for {plan.PlanDigest}";
            }
        }
    }

    private static IEnumerable<string> Saved(ResultDocument result, IReadOnlyList<Dictionary<string, string>> rows)
    {
        var quantized = result.Groups.Where(group => !group.Format.IsBaseline && group.PredictedSavedMs is not null).ToArray();
        if (quantized.Length == 0 || result.Winner.Latency is not { } latency)
        {
            yield break;
        }

        double measured = latency.Float32MedianMs - latency.MedianMs;
        double sum = quantized.Sum(group => group.PredictedSavedMs!.Value);
        double written = rows.Where(row => row["format"] != "fp32").Sum(row => Number(row["int8_saves_ms"])!.Value);
        if (Math.Abs(sum - measured) > Slack || Math.Abs(written - measured) > Slack)
        {
            yield return $"groups save {sum} ms, in sensitivity.csv {written} ms, and {measured} ms were measured";
        }
    }

    private static IEnumerable<string> Report(ResultDocument result, string report)
    {
        string visible = report.Replace("\u00d7", "x", StringComparison.Ordinal);
        string lead = Between(report, "<p class=\"lead\">", "</p>");
        foreach (string dash in new[] { "\u2013x", "\u2013 ms" }.Where(dash => visible.Contains(dash, StringComparison.Ordinal)))
        {
            yield return $"\"{dash}\" in the report";
        }

        string[] rows = [.. Selected().Matches(report).Select(match => match.Value)];
        if (rows.Length < 2 || rows.Any(row => row.Contains(">\u2013<", StringComparison.Ordinal)))
        {
            yield return $"{rows.Length} rows of the winner in the report, or a dash in one of them";
        }

        if (result.Winner.Latency is { } latency)
        {
            string ms = Figures.Milliseconds(latency.MedianMs);
            string speed = Figures.Ratio(latency.Float32MedianMs / latency.MedianMs);
            string answer = Between(report, "<dl class=\"answer\">", "</dl>");
            if (result.Decision is { Kind: WinnerKind.Faster, Feasible: true } && !answer.Contains(speed, StringComparison.Ordinal))
            {
                yield return $"the answer of the report lacks {speed}: {answer}";
            }

            foreach (var (place, text) in new[] { ("sentence", lead), ("table", rows[0]), ("front", rows[^1]) })
            {
                if (!text.Contains(ms, StringComparison.Ordinal)
                    || (!result.Winner.Plan.IsBaseline && result.Decision.Kind != WinnerKind.MostAccurate
                        && !text.Contains(speed, StringComparison.Ordinal)))
                {
                    yield return $"the {place} of the report lacks {ms} ms or {speed}: {text}";
                }
            }
        }

        foreach (string said in new[] { result.Decision.Reason, result.Decision.PassedOver }.OfType<string>())
        {
            if (!System.Net.WebUtility.HtmlDecode(report).Contains(said, StringComparison.Ordinal))
            {
                yield return $"the report does not say: {said}";
            }
        }

        if (result.Decision.Kind == WinnerKind.Unclear
            && (!report.Contains("Unclear", StringComparison.Ordinal) || report.Contains("status good", StringComparison.Ordinal)))
        {
            yield return "the report does not say that the winner is unclear";
        }

        if (!result.Decision.Feasible && report.Contains("Faster, and accurate enough", StringComparison.Ordinal))
        {
            yield return "a group is \"accurate enough\" in a network that is not";
        }
    }

    private static IEnumerable<string> Network(ResultDocument result, string path, string report)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        string sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        if (result.Winner.Artefact!.Sha256 != sha256 || !report.Contains(sha256, StringComparison.Ordinal))
        {
            yield return $"winner.qdq.onnx is {sha256} where result.json has {result.Winner.Artefact.Sha256}";
        }

        if (report.Contains("the network to deploy", StringComparison.Ordinal)
            && (!result.Decision.Feasible || result.Decision.Quantized == false))
        {
            yield return "the report calls it the network to deploy";
        }
    }

    private static double Share(ResultPlan plan) => plan.Latency!.MedianMs / plan.Latency.Float32MedianMs;

    private static double Drop(ResultPlan plan) => plan.Accuracy!.Drop;

    // Whether a number was rounded to what is written.
    private static bool IsRounded(string written, double value)
    {
        int point = written.IndexOf('.', StringComparison.Ordinal);
        int digits = point < 0 ? 0 : written.Length - point - 1;
        return Math.Abs(Number(written)!.Value - value) <= 0.51 * Math.Pow(10, -digits);
    }

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);

    private static string Between(string text, string begin, string end)
    {
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    // Fields have commas in quotation marks, and none a line end.
    private static IReadOnlyList<Dictionary<string, string>> Rows(string path)
    {
        string[][] records = [.. File.ReadAllLines(path).Select(
            line => Field().Matches(line).Select(field => field.Groups["field"].Value.Trim('"')).ToArray())];
        return [.. records.Skip(1).Select(record => records[0].Zip(record).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    [GeneratedRegex("(^|,)(?<field>\"([^\"]|\"\")*\"|[^,]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Field();

    [GeneratedRegex("<tr class=\"selected\">.*?</tr>", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selected();

    [GeneratedRegex(@"(?<ratio>[\d.]+) times as fast as FP32", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Speed();

    [GeneratedRegex(@"ms against (?<ms>[\d.]+) ms", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Against();
}
