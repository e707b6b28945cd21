namespace Cluster.Coordinator.Tests.Questions;

public sealed class StoredSolverTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive;

    [Fact]
    public async Task Of_TheJobsOwnQuestion_IsItsAnswer()
    {
        var state = await StateAsync();

        var answer = StoredSolver.Of(state, options => options);

        answer.Selection.Plan.ShouldBe(state.Selection!.Plan);
        answer.Measured.Accuracy.ShouldNotBeNull();
        answer.Question.ShouldBe("the fastest plan within 1 point of FP32");
    }

    [Fact]
    public async Task Of_LargerDrop_GivesAFasterOrEqualPlan()
    {
        var state = await StateAsync();
        var strict = StoredSolver.Of(state, options => options);

        var loose = StoredSolver.Of(state, options => options with { MaxDrop = 0.5 });

        loose.Measured.Latency!.MedianMs.ShouldBeLessThanOrEqualTo(strict.Measured.Latency!.MedianMs);
        loose.Selection.Plan.QuantizedCount.ShouldBe(Network.Count);
    }

    [Fact]
    public async Task Of_AnyLatencyBudget_StaysWithinItOrIsRefused()
    {
        var state = await StateAsync();
        for (var budget = 3.0; budget < 9; budget += 0.25)
        {
            if (budget < 3.24)
            {
                Should.Throw<JobException>(() => Ask(state, budget)).Message.ShouldContain(
                    "the least that this network reaches is 3.24 ms");
                continue;
            }

            var answer = Ask(state, budget);
            Network.MsOf(answer.Selection.Plan).ShouldBeLessThanOrEqualTo(budget + 1e-6);
            if (answer.Predicted is { } predicted)
            {
                predicted.Ms.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(budget + 1e-6);
                Network.MsOf(predicted.Plan).ShouldBe(predicted.Ms.Value, 0.05 * predicted.Ms.Value, "the synthetic network adds up");
                Network.DamageOf(predicted.Plan).ShouldBeLessThanOrEqualTo(Network.DamageOf(answer.Selection.Plan) + 0.001);
                state.Rounds.SelectMany(round => round.Items)
                    .ShouldNotContain(item => item.Item.Equals(new Work.AccuracyItem(
                        Network.Spec.AccuracyContext, predicted.Plan, Coordinator.Model.ImageScope.Full)));
            }
        }
    }

    [Fact]
    public void Of_NothingMeasured_SaysSo()
    {
        var state = JobState.Fold([new JobSubmitted(Network.Spec.JobId, Network.Spec, Network.Space)])!;

        Should.Throw<JobException>(() => StoredSolver.Of(state, options => options)).Message.ShouldContain(
            "measured no quantized plan yet");
    }

    private static StoredAnswer Ask(JobState state, double budget) =>
        StoredSolver.Of(state, options => options with { Goal = SearchGoal.Accurate, LatencyBudgetMs = budget });

    private static async Task<JobState> StateAsync() => (await Jobs.JournalAsync(Network)).State;
}
