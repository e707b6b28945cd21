using System.Globalization;
using Cluster.Coordinator.Latency;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

namespace Cluster.Bench.Spaces;

/// <summary>
/// How far the latency model is off on plans that it was not fitted to, by how many it was fitted to beside FP32: all INT8, the fastest
/// plan there is, then others drawn at random.
/// </summary>
/// <param name="space">The groups.</param>
/// <param name="profile">Where the time goes.</param>
/// <param name="shares">Of each plan, by its number, the milliseconds as a share of FP32's; all INT8 among them.</param>
/// <param name="float32Ms">FP32's milliseconds.</param>
internal sealed class ModelErrors(SearchSpace space, ProfileResult profile, IReadOnlyDictionary<int, double> shares, double float32Ms)
{
    private const int Draws = 20;

    private static readonly int[] FittedTo = [1, 2, 4, 8, 16];

    /// <summary>Median errors, and of twenty draws the median; a row for each kind of plans.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        int int8 = (1 << space.Groups.Count) - 1;
        int fastest = shares.MinBy(time => time.Value).Key;
        var orders = Enumerable.Range(0, Draws).Select(draw => (int[])
        [
            .. ((int[])[int8, fastest]).Distinct(),
            .. shares.Keys.Where(number => number != fastest && number != int8 && number != 0)
                .OrderBy(number => SplitMix64.Derive(number, $"latency model {draw}")),
        ]).ToArray();
        await output.WriteLineAsync(
            $"Latency model, median error on unseen plans, median of {Draws} draws from {shares.Count} plans; FP32 {float32Ms:G4} ms:");
        await output.WriteLineAsync();
        await output.WriteLineAsync($"| unseen plans | {string.Join(" | ", FittedTo)} |");
        await output.WriteLineAsync($"|---|{string.Concat(FittedTo.Select(_ => "---|"))}");
        foreach (bool fasterOnly in new[] { false, true })
        {
            var errors = FittedTo.Select(count =>
                PlanTimes.Median(orders.Select(order => Error(order, count, fasterOnly))).ToString("P1", CultureInfo.InvariantCulture));
            string plans = fasterOnly ? "those faster than FP32" : "all";
            await output.WriteLineAsync($"| {plans} | {string.Join(" | ", errors)} |");
        }
    }

    private double Error(int[] order, int count, bool fasterOnly)
    {
        var samples = order.Take(count).Select(number => new LatencySample(Formats(number), Ms(number))).ToArray();
        var model = LatencyModel.Fit(space, profile, float32Ms, samples);
        double[] errors =
        [
            .. order.Skip(count)
                .Where(number => !fasterOnly || shares[number] < 1)
                .Select(number => Math.Abs(model.Predict(Formats(number)) - Ms(number)) / Ms(number)),
        ];
        return errors.Length == 0 ? double.NaN : PlanTimes.Median(errors);
    }

    private double Ms(int number) => float32Ms * shares[number];

    private int[] Formats(int number) => [.. Enumerable.Range(0, space.Groups.Count).Select(group => number >> group & 1)];
}
