namespace Cluster.Grains.Tests.Nodes;

public sealed class JobTurnsTests
{
    [Fact]
    public void LastOf_JobsThatTookTurns_IsInTheirOrderAndLeastForANewOne()
    {
        var turns = new JobTurns();
        turns.Took("a");
        turns.Took("b");
        turns.Took("a");

        string[] jobs = ["a", "b", "new"];
        jobs.OrderBy(turns.LastOf).ShouldBe(["new", "b", "a"]);
    }

    [Fact]
    public void Took_MoreJobsThanAreRemembered_ForgetsTheOldestOnly()
    {
        var turns = new JobTurns();
        for (var job = 0; job <= 2 * JobTurns.Remembered; job++)
        {
            turns.Took($"{job}");
        }

        turns.LastOf("0").ShouldBe(0);
        turns.LastOf($"{JobTurns.Remembered}").ShouldBe(0);
        turns.LastOf($"{JobTurns.Remembered + 1}").ShouldBeGreaterThan(0);
        turns.LastOf($"{2 * JobTurns.Remembered}").ShouldBeGreaterThan(turns.LastOf($"{JobTurns.Remembered + 1}"));
    }
}
