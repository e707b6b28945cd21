namespace Cluster.Grains.Tests.Nodes;

public sealed class NodeScoresTests
{
    private static readonly FailedResult Fault = new(FailureKind.Unavailable, "The disk is full.");
    private readonly ManualTime _time = new();
    private readonly NodeScores _scores;

    public NodeScoresTests() => _scores = new NodeScores(new GrainOptions(), _time);

    [Fact]
    public void Record_ThreeFaultsInARow_LeavesTheNodeOutForAWhile()
    {
        _scores.Record("a", Fault).ShouldBeFalse();
        _scores.Record("a", Fault).ShouldBeFalse();
        _scores.Record("a", Fault).ShouldBeTrue();

        _scores.Excluded.ShouldBe(["a"]);
        _scores.Why.ShouldBe("a: The disk is full.");
        _time.Advance(TimeSpan.FromSeconds(31));
        _scores.Excluded.ShouldBeEmpty();
        _scores.Record("a", Fault).ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(31));
        _scores.Excluded.ShouldBe(["a"], "for twice as long");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(FailureKind.OutOfMemory)]
    public void Record_AnythingElseInBetween_BeginsAnew(FailureKind? between)
    {
        _scores.Record("a", Fault);
        _scores.Record("a", Fault);
        _scores.Record("a", between is { } kind ? new FailedResult(kind, "x") : null);

        _scores.Record("a", Fault).ShouldBeFalse();
        _scores.Excluded.ShouldBeEmpty();
    }

    [Fact]
    public void Record_ALongTimeOfFaults_IsNeverLeftOutForLongerThanTheLongest()
    {
        for (var fault = 0; fault < 100; fault++)
        {
            _scores.Record("a", Fault);
        }

        _time.Advance(new GrainOptions().LongestExclusion);
        _scores.Excluded.ShouldBeEmpty();
    }
}
