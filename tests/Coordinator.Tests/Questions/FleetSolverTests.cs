using Cluster.Coordinator.Search.Fleets;

namespace Cluster.Coordinator.Tests.Questions;

public sealed class FleetSolverTests
{
    // INT8 is slow on one kind in the first half, on the other in the first third.
    private static readonly SyntheticNetwork Half = Networks.HalfSlower;
    private static readonly SyntheticNetwork Third = On("b", Half with
    {
        Int8Ms = [1.2, 1.2, 1.2, 1.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2],
    });

    [Fact]
    public async Task Of_OneJobTwice_IsItsWinner()
    {
        var job = await StateAsync(Half);

        var answer = FleetSolver.Of([("one", job), ("two", job)], options => options);

        answer.Best.ShouldNotBeNull().Plan.ShouldBe(job.Selection!.Plan);
        answer.Best.Speeds.ShouldBe([answer.Best.Speeds[0], answer.Best.Speeds[0]]);
        answer.Best.IsSameEverywhere.ShouldBeTrue();
        answer.Predicted.ShouldBeNull();
    }

    [Fact]
    public async Task Of_TwoKinds_HasTheBestLeastSpeedUpOfWhatWasMeasured()
    {
        var (half, third) = (await StateAsync(Half), await StateAsync(Third));

        var answer = FleetSolver.Of([("half", half), ("third", third)], options => options);

        var found = new[] { answer.Best, answer.Predicted }.OfType<FleetPlan>().MaxBy(plan => plan.Least).ShouldNotBeNull();
        double Least(Plan plan) => new[] { Half, Third }.Min(kind => kind.Float32Ms.Sum() / kind.MsOf(plan));
        Least(found.Plan).ShouldBe(found.Least, 0.05 * found.Least, "the synthetic networks add up");
        foreach (var winner in new[] { half.Selection!.Plan, third.Selection!.Plan })
        {
            Least(found.Plan).ShouldBeGreaterThanOrEqualTo(Least(winner) / Ties.Factor);
        }

        answer.Plans.ShouldContain(found);
        answer.Plans.Select(plan => plan.Least).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task Of_Int8JudgedOnOneKindOfProcessors_IsNotTakenForOthers()
    {
        var (half, third) = (await StateAsync(Half), await StateAsync(Third with
        {
            Spec = Third.Spec with { Versions = Third.Spec.Versions with { InstructionSet = "avx2" } },
        }));

        var answer = FleetSolver.Of([("half", half), ("third", third)], options => options);

        var judged = half.MemoryFor(half.Spec.Options).FullPlans.Intersect(third.MemoryFor(third.Spec.Options).FullPlans);
        answer.Plans.Select(plan => plan.Plan).ShouldBeSubsetOf(judged);
        answer.Kinds.Select(kind => kind.Name).ShouldBe(["none", "avx2"]);
    }

    [Fact]
    public async Task Of_NothingFasterOnOneKind_IsFloat32()
    {
        var slow = await StateAsync(On("b", Half with { Int8Ms = [.. Enumerable.Repeat(0.9, 12)] }));

        var answer = FleetSolver.Of([("half", await StateAsync(Half)), ("slow", slow)], options => options);

        answer.Best.ShouldBeNull();
        answer.Predicted.ShouldBeNull();
    }

    [Fact]
    public async Task Of_JobsThatDiffer_SaysInWhat()
    {
        var other = await StateAsync(Half with { Spec = Half.Spec with { Options = Half.Spec.Options with { Batch = 8 } } });

        var error = await Should.ThrowAsync<JobException>(async () =>
            FleetSolver.Of([("one", await StateAsync(Half)), ("two", other)], options => options));

        error.Message.ShouldBe(
            "The jobs in one and two have different batches where a fleet's have the same: run the same command on each kind of machine.");
    }

    private static SyntheticNetwork On(string runtime, SyntheticNetwork network) =>
        network with { Spec = network.Spec with { Versions = network.Spec.Versions with { Runtime = runtime } } };

    private static async Task<JobState> StateAsync(SyntheticNetwork network) => (await Jobs.JournalAsync(network)).State;
}
