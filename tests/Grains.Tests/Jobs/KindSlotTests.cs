using Cluster.Coordinator.Results;

namespace Cluster.Grains.Tests.Jobs;

/// <summary>Whole jobs for machines of several kinds.</summary>
public sealed class KindSlotTests : IDisposable
{
    private const string Edge = "edge-box";

    private static readonly SyntheticNetwork Here = For(Networks.HalfSlower, FakeSlots.Processors, Edge);
    private static readonly SyntheticNetwork There = Here with
    {
        Int8Ms = [1.2, 1.2, 1.2, 1.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2],
    };

    private readonly WorkFolder _folder = new();

    private static SlotStatus EdgeSlot { get; } = FakeSlots.Cpu(1) with { DeviceClass = Edge, Host = "avx2" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Job_TimesEachKindOnItsSlotsAndDoesTheRestOnItsOwnProcessors()
    {
        var node = Node(FakeSlots.Cpu(0), EdgeSlot);
        await using var silo = await TestSilo.StartAsync(_folder.Root, node, options: TestSilo.Quick);

        await silo.CreateAsync(TestSilo.Entry(Here));
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events[^1].ShouldBeOfType<JobCompleted>();
        node.Given.Where(given => given.Item.Kind == Edge).Select(given => given.Device).Distinct().ShouldBe(["cpu:1"]);
        node.Given.Where(given => given.Item.Kind != Edge).Select(given => given.Device).Distinct().ShouldBe(["cpu:0"]);
        node.Given.ShouldAllBe(given => given.Item.IsExclusive == (given.Item.Kind != null));

        var fleet = JobOutcome.Of(JobState.Fold(events)!).Result.Fleet.ShouldNotBeNull();
        fleet.Plans.ShouldNotBeEmpty();
        foreach (var plan in fleet.Plans)
        {
            double[] expected = [.. new[] { Here, There }.Select(kind => kind.Float32Ms.Sum() / kind.MsOf(plan.Plan))];
            plan.Speeds.Select(speed => speed.SpeedUp).ShouldBe(expected, 1e-9);
        }
    }

    [Fact]
    public async Task Job_ForAKindThatNoNodeIs_IsUnschedulableAndSaysWhich()
    {
        // A busy machine is no silent node.
        await using var silo = await TestSilo.StartAsync(_folder.Root, Node(FakeSlots.Cpu(0)), options: TestSilo.Quick with
        {
            LongestWait = TimeSpan.FromMilliseconds(200),
            ExplainedAfter = TimeSpan.FromMilliseconds(300),
            AnnounceEvery = TimeSpan.FromMinutes(1),
        });

        await silo.CreateAsync(TestSilo.Entry(Here));
        await silo.ListedAsync("j-1", JobStatus.Unschedulable);

        var events = await silo.ReadAsync("j-1", record => record.Event is JobUnschedulable);
        events.Select(record => record.Event).OfType<JobUnschedulable>().First().Reason.ShouldBe(
            $"Of 1 node, 1 of another kind ({FakeSlots.Processors} where the job asks for {Edge}).");
    }

    private static SyntheticNode Node(params SlotStatus[] slots) =>
        new(Here, slots.Length) { Slots = slots, OnDevice = (device, item) => device == "cpu:1" ? There.Evaluate(item) : null };

    private static SyntheticNetwork For(SyntheticNetwork network, params string[] kinds) => network with
    {
        Spec = network.Spec.Choosing(options => options with { Kinds = kinds, Formats = ["int8-safe"] }) with
        {
            Versions = new EvaluatorVersions("1", "synthetic 1", FakeSlots.Processors),
        },
    };
}
