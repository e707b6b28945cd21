namespace Cluster.Evaluation.Tests.Measuring;

public sealed class SharedTurnsTests
{
    private readonly SharedTurns _turns = new();
    private readonly List<LatencyItem[]> _measured = [];

    [Fact]
    public void Measure_Expected_IsMeasuredWithTheOthersAndOnce()
    {
        var items = Items(4);
        _turns.Expect(items);

        items.Select(item => _turns.Measure(item, Time).PlanDigest).ShouldBe(items.Select(item => item.Plan.Digest));

        _measured.ShouldHaveSingleItem().ShouldBe(items);
    }

    [Fact]
    public void Measure_AskedForAgain_IsMeasuredAgainAndAlone()
    {
        var items = Items(3);
        _turns.Expect(items);
        _turns.Measure(items[1], Time);

        _turns.Measure(items[1], Time);

        _measured.Select(turn => turn.Length).ShouldBe([3, 1]);
    }

    [Fact]
    public void Measure_NotExpected_IsMeasuredAlone()
    {
        var items = Items(3);
        _turns.Expect([items[0], items[1]]);

        _turns.Measure(items[2], Time);

        _measured.ShouldHaveSingleItem().ShouldBe([items[2]]);
    }

    [Theory]
    [InlineData(6, new[] { 6 })]
    [InlineData(7, new[] { 4, 3 })]
    [InlineData(14, new[] { 5, 5, 4 })]
    public void Measure_MoreThanATurnTakes_AreSharedOutEvenly(int count, int[] sizes)
    {
        var items = Items(count);
        _turns.Expect(items);

        foreach (var item in items)
        {
            _turns.Measure(item, Time);
        }

        _measured.Select(turn => turn.Length).ShouldBe(sizes);
        _measured.SelectMany(turn => turn).ShouldBe(items);
    }

    [Fact]
    public void Measure_TurnThatFails_LeavesEachToItself()
    {
        var items = Items(3);
        _turns.Expect(items);
        LatencyResult[] OneFails(IReadOnlyList<LatencyItem> turn) => turn.Contains(items[2])
            ? throw new InvalidDataException("the third cannot be opened")
            : Time(turn);

        _turns.Measure(items[0], OneFails).PlanDigest.ShouldBe(items[0].Plan.Digest);
        _turns.Measure(items[1], OneFails).PlanDigest.ShouldBe(items[1].Plan.Digest);
        Should.Throw<InvalidDataException>(() => _turns.Measure(items[2], OneFails));

        _measured.Select(turn => turn.Length).ShouldBe([1, 1]);
    }

    [Fact]
    public void Measure_Cancelled_IsNotTriedAlone()
    {
        var items = Items(2);
        _turns.Expect(items);
        int calls = 0;

        Should.Throw<OperationCanceledException>(() => _turns.Measure(items[0], _ =>
        {
            calls++;
            throw new OperationCanceledException();
        }));

        calls.ShouldBe(1);
    }

    [Fact]
    public void Expect_AnotherRound_ForgetsTheOneBefore()
    {
        var items = Items(4);
        _turns.Expect([items[0], items[1]]);
        _turns.Measure(items[0], Time);

        _turns.Expect([items[2], items[3]]);
        _turns.Measure(items[1], Time);
        _turns.Measure(items[2], Time);

        _measured.Select(turn => turn.Length).ShouldBe([2, 1, 2]);
    }

    [Fact]
    public void Expect_Float32_IsLeftToItself()
    {
        var items = Items(2);
        var float32 = new LatencyItem("context", Plan.Baseline(Sample.Target, ["a", "b"]));
        _turns.Expect([float32, .. items]);

        _turns.Measure(float32, Time);
        _turns.Measure(items[0], Time);

        _measured.Select(turn => turn.Length).ShouldBe([1, 2]);
    }

    // Plans that differ in the calibrator of one group.
    private static LatencyItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(i => new LatencyItem(
        "context", Plan.Uniform(GroupFormat.Int8, Sample.Target, ["a", "b"], $"percentile:{80 + i}", biasCorrection: false)))];

    private LatencyResult[] Time(IReadOnlyList<LatencyItem> turn)
    {
        _measured.Add([.. turn]);
        return [.. turn.Select(item => Cluster.Tests.Sample.Latency(item.Plan.Digest, 1, float32Ms: 2))];
    }
}
