namespace Cluster.Coordinator.Tests.Results;

/// <summary>Whether a result says that its FP32, written anew, is faster than the user's file.</summary>
public sealed class GivenTimingTests
{
    [Theory]
    [InlineData(16.2, 15.1, true)]
    [InlineData(16.2, 10.2, false)] // what may be a tie is not said
    [InlineData(10.2, 10.1, false)]
    [InlineData(16.2, null, true)] // journals of earlier versions
    public async Task Build_FileBesideTheNetworkWrittenAnew_IsSaidWhereItIsSure(double ms, double? lowMs, bool isSaid)
    {
        var given = new GivenTiming(1, ms, 10, lowMs);
        var evaluator = new PlayedEvaluator(Networks.Easy, (item, _, _) => Task.FromResult<WorkResult?>(
            item is ProfileItem ? (ProfileResult)Networks.Easy.Evaluate(item) with { Given = given } : null));

        var outcome = await Jobs.RunAsync(Networks.Easy, evaluator: evaluator);

        outcome.Result.Baselines.Given.ShouldBe(isSaid ? given : null);
    }
}
