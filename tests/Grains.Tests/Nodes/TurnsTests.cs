namespace Cluster.Grains.Tests.Nodes;

public sealed class TurnsTests
{
    [Fact]
    public void LastOf_JobsThatTookTurns_IsInTheirOrderAndLeastForANewOne()
    {
        var turns = new Turns();
        turns.Took("a");
        turns.Took("b");
        turns.Took("a");

        string[] jobs = ["a", "b", "new"];
        jobs.OrderBy(turns.LastOf).ShouldBe(["new", "b", "a"]);
    }

    [Fact]
    public void Took_MoreJobsThanAreRemembered_ForgetsTheOldestOnly()
    {
        var turns = new Turns();
        for (var job = 0; job <= 2 * Turns.Remembered; job++)
        {
            turns.Took($"{job}");
        }

        turns.LastOf("0").ShouldBe(0);
        turns.LastOf($"{Turns.Remembered}").ShouldBe(0);
        turns.LastOf($"{Turns.Remembered + 1}").ShouldBeGreaterThan(0);
        turns.LastOf($"{2 * Turns.Remembered}").ShouldBeGreaterThan(turns.LastOf($"{Turns.Remembered + 1}"));
    }
}
