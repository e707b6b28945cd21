using Cluster.Grains.Scores;

namespace Cluster.Grains.Tests.Scores;

public sealed class ScoresGrainTests
{
    private static readonly AskedScores First = new("a", "evaluation", 2);
    private static readonly AskedScores Second = new("b", "evaluation", 2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GiveAsync_Problem_AnswersAllThatIsAskedAndNothingLater()
    {
        var grain = Grain();
        var asked = new[] { AskAsync(grain, First), AskAsync(grain, Second) };
        var before = await grain.ListenAsync(0, TimeSpan.Zero, Cancellation);

        await grain.GiveAsync("a", new GivenScores([], "It raised."));

        (await Task.WhenAll(asked)).ShouldAllBe(given => given.Problem == "It raised.");
        before.Asked.ShouldBe([First, Second]);
        (await grain.ListenAsync(0, TimeSpan.Zero, Cancellation)).ShouldSatisfyAllConditions(
            heard => heard.Asked.ShouldBeEmpty(), heard => heard.Problems.ShouldBe(before.Problems + 1));
        (await grain.AwaitAsync("a", TimeSpan.Zero, Cancellation))!.Problem.ShouldBe("It raised.", "who waits, asks again and again");
        (await grain.AskAsync(First, TimeSpan.Zero, Cancellation)).ShouldBeNull("it is asked anew");
    }

    [Fact]
    public async Task AwaitAsync_WithoutThePredictions_IsGivenTheSameNumbers()
    {
        var grain = Grain();
        (await grain.AskAsync(First, TimeSpan.Zero, Cancellation)).ShouldBeNull();
        var waiting = grain.AwaitAsync("a", TimeSpan.FromMinutes(1), Cancellation);

        await grain.GiveAsync("a", new GivenScores([0.5]));

        (await waiting)!.Numbers.ShouldBe([0.5]);
        (await grain.AskAsync(First, TimeSpan.Zero, Cancellation))!.Numbers.ShouldBe([0.5], "the work is repeated");
        (await grain.AwaitAsync("c", TimeSpan.Zero, Cancellation)).ShouldBeEquivalentTo(new GivenScores([]));
    }

    [Fact]
    public async Task AskAsync_ClientThatTakesTooLong_HasAProblem()
    {
        var grain = Grain(new GrainOptions { ScoringLimit = TimeSpan.Zero });
        await grain.ListenAsync(0, TimeSpan.Zero, Cancellation);

        (await grain.AskAsync(First, TimeSpan.Zero, Cancellation))!.Problem.ShouldBe(
            "The job's client had not scored predictions within 0 min: make it faster.");
    }

    [Fact]
    public async Task PutOffAsync_AgainAndAgain_EndsUntilTheMetricIsCorrected()
    {
        var grain = Grain();

        (await PutOffAsync(5)).ShouldBe([true, true, true, true, false]);
        _ = AskAsync(grain, First);
        await grain.GiveAsync("a", new GivenScores([], "It raised."));
        (await PutOffAsync(1)).ShouldBe([true]);

        async Task<bool[]> PutOffAsync(int times)
        {
            var may = new List<bool>();
            while (times-- > 0)
            {
                may.Add(await grain.PutOffAsync("item"));
            }

            return [.. may];
        }
    }

    private static ScoresGrain Grain(GrainOptions? options = null) =>
        new(options ?? new GrainOptions { LongestWait = TimeSpan.FromMinutes(1) }, TimeProvider.System);

    private static async Task<GivenScores> AskAsync(ScoresGrain grain, AskedScores asked) =>
        (await grain.AskAsync(asked, TimeSpan.FromMinutes(1), Cancellation))!;
}
