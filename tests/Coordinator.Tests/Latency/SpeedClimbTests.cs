namespace Cluster.Coordinator.Tests.Latency;

/// <summary>The climb beside the one that asks the model about every run of groups.</summary>
public sealed class SpeedClimbTests
{
    private static readonly GroupFormat[] Formats = [GroupFormat.Int8, GroupFormat.Float16];

    private readonly Random _random = new(12);

    [Fact]
    public void Run_DrawnNetworks_IsTheClimbThatAsksAboutEveryRun()
    {
        var steps = 0;
        for (var i = 0; i < 400; i++)
        {
            var count = _random.Next(1, 14);
            var model = Draw(count);
            int[] from = [.. Enumerable.Range(0, count).Select(_ => _random.Next(3))];
            var kept = Enumerable.Range(0, count).Select(_ => _random.Next(5) == 0).ToArray();
            bool MayBe(int group, int format) => !kept[group] && (format < 2 || group % 4 > 0);

            var found = SpeedClimb.Run(model, from, MayBe, 3, TestContext.Current.CancellationToken).ToArray();

            found.Select(formats => string.Join(' ', formats)).ShouldBe(
                AskedAboutAll(model, from, MayBe, 3).Select(formats => string.Join(' ', formats)), $"network {i}");
            steps += found.Length;
        }

        steps.ShouldBeGreaterThan(400, "else hardly anything was compared");
    }

    [Fact]
    public void Run_HundredsOfGroups_GoesUpTwelveSteps()
    {
        var model = Draw(300);

        var found = SpeedClimb.Run(model, new int[300], static (_, _) => true, 3, TestContext.Current.CancellationToken).ToArray();

        found.Length.ShouldBe(12);
        found.Zip(found.Skip(1)).ShouldAllBe(step => model.Predict(step.Second) < model.Predict(step.First));
    }

    [Fact]
    public void Run_Cancelled_EndsThere()
    {
        var model = Draw(50);
        using var stop = new CancellationTokenSource();
        using var climb = SpeedClimb.Run(model, new int[50], static (_, _) => true, 3, stop.Token).GetEnumerator();
        climb.MoveNext().ShouldBeTrue();

        stop.Cancel();

        Should.Throw<OperationCanceledException>(() => climb.MoveNext());
    }

    // As it was up to 22 November 2026: stored jobs have what it proposed.
    private static List<int[]> AskedAboutAll(LatencyModel model, int[] from, Func<int, int, bool> mayBe, int formats)
    {
        var found = new List<int[]>();
        var current = from;
        var ms = model.Predict(current);
        for (var step = 0; step < 12; step++)
        {
            int[]? best = null;
            var bestMs = ms;
            for (var format = 0; format < formats; format++)
            {
                for (var begin = 0; begin < current.Length; begin++)
                {
                    var changed = (int[])current.Clone();
                    for (var end = begin; end < current.Length; end++)
                    {
                        changed[end] = mayBe(end, format) ? format : current[end];
                        var predicted = model.Predict(changed);
                        if (predicted < bestMs)
                        {
                            bestMs = predicted;
                            best = (int[])changed.Clone();
                        }
                    }
                }
            }

            if (best is null)
            {
                break;
            }

            found.Add(best);
            (current, ms) = (best, bestMs);
        }

        return found;
    }

    // Every other one of few round numbers, of which many plans come to the same milliseconds; tensors of several consumers, one of them
    // twice, the network's input and its output.
    private LatencyModel Draw(int count)
    {
        var isRound = _random.Next(2) == 0;
        List<(int From, int To, string Tensor)> edges = [(-1, 0, "x")];
        for (var group = 0; group < count; group++)
        {
            edges.Add((group, group + 1, $"t{group}"));
            if (group + 2 <= count && _random.Next(3) == 0)
            {
                var to = _random.Next(group + 1, Math.Min(count, group + 9) + 1);
                edges.Add((group, to, $"t{group}"));
                edges.Add((group, to, $"t{group}"));
            }
        }

        var space = new SearchSpace(
            "m",
            [.. Enumerable.Range(0, count).Select(i => new GroupInfo($"g{i}", ["Conv"], 100, 10, string.Empty))],
            [.. edges.Select(edge => new GroupEdge(edge.From, edge.To, edge.Tensor, 10))],
            Formats);
        var profile = new ProfileResult(
            "p",
            [
                .. Enumerable.Range(0, count).Select(i =>
                    new GroupProfile($"g{i}", Ms(isRound), Ms(isRound), [new FormatTime(GroupFormat.Float16, Ms(isRound))])),
            ],
            [.. edges.Select(edge => new EdgeProfile(edge.From, edge.To, edge.Tensor, Ms(isRound) / 4, Ms(isRound) / 4))],
            10,
            5);
        var samples = new LatencySample[] { new([.. Enumerable.Repeat(1, count)], 5 + _random.NextDouble()) };
        return LatencyModel.Fit(space, profile, 10, samples);
    }

    private double Ms(bool isRound) => isRound ? _random.Next(0, 3) * 0.5 : _random.NextDouble();
}
