using Cluster.Coordinator.Model;

namespace Cluster.EndToEnd.Chaos;

/// <summary>Why a job's items were measured again, from what silos say and the journal has.</summary>
public sealed class MeasuredAgainTests
{
    private const string Job = "j-1";
    private const int Number = 7;

    private static readonly AccuracyItem Item = new("context", Plan.Baseline("synthetic", ["a"]), ImageScope.Full);

    private readonly MeasurementLog[] _silos = [new(0), new(1), new(2)];
    private readonly List<JournalRecord> _records = [];
    private readonly List<(int Silo, (DateTimeOffset, DateTimeOffset) Outage)> _outages = [];

    public MeasuredAgainTests() => Record(0, new RoundProposed(0, 0, "round", [new ProposedItem(Number, Item.Id, Item)]));

    [Fact]
    public void Of_OneResult_IsNotAgain()
    {
        Begin(1, "g1", second: 1);
        Measured(1, "g1", second: 2);

        Again().ShouldBe(new MeasuredAgain(1, 0, 0, 0, 0, 0));
    }

    [Fact]
    public void Of_FirstFailed_IsNotAgain()
    {
        Begin(1, "g1", second: 1);
        Measured(1, "g1", second: 2, "Unavailable");
        Begin(2, "g2", second: 3);
        Measured(2, "g2", second: 4);

        Again().ShouldBe(new MeasuredAgain(1, 0, 0, 0, 0, 0));
    }

    [Fact]
    public void Of_SiloOfTheFirstWasStruck_IsTheFaults()
    {
        Twice();
        _outages.Add((1, (At(2.5), DateTimeOffset.MaxValue)));

        Again().ShouldBe(new MeasuredAgain(2, 1, 0, 0, 0, 0));
    }

    [Fact]
    public void Of_AnotherSiloWasStruck_IsKept()
    {
        Twice();
        _outages.Add((2, (At(2.5), DateTimeOffset.MaxValue)));
        _outages.Add((1, (At(0.2), At(0.5))));

        Again().ShouldBe(new MeasuredAgain(2, 0, 0, 0, 0, 1));
    }

    [Fact]
    public void Of_NextBeganBeforeTheFirstEnded_IsBeside()
    {
        Begin(1, "g1", second: 1);
        Begin(2, "g2", second: 2);
        Measured(1, "g1", second: 3);
        Measured(2, "g2", second: 4);

        Again().ShouldBe(new MeasuredAgain(2, 0, 0, 0, 1, 0));
    }

    [Fact]
    public void Of_NextWasRecordedBeforeTheFirstEnded_IsBeside()
    {
        Begin(1, "g1", second: 1);
        Record(1.5, Started("g2"));
        Measured(1, "g1", second: 2);
        Begin(2, "g2", second: 2.1);
        Measured(2, "g2", second: 3);

        Again().ShouldBe(new MeasuredAgain(2, 0, 0, 0, 1, 0));
    }

    [Fact]
    public void Of_SiloThatWasStoppedTellsLater_IsWhenItSaysItWas()
    {
        // Both of its lines come once it goes on, when another silo had done the work meanwhile.
        Begin(1, "g1", second: 1, heard: 40);
        Begin(2, "g2", second: 20);
        Measured(2, "g2", second: 21);
        Measured(1, "g1", second: 40);
        _outages.Add((1, (At(1.1), At(41))));

        Again().ShouldBe(new MeasuredAgain(2, 1, 0, 0, 0, 0));
    }

    [Fact]
    public void Of_MidnightBetweenSayingAndHearing_IsTheDayBefore()
    {
        var midnight = TimeSpan.FromDays(1).TotalSeconds;
        Begin(1, "g1", second: midnight - 1, heard: midnight + 1);
        Measured(1, "g1", second: midnight + 1);

        _silos[1].Of(Job).ShouldHaveSingleItem().Began.ShouldBe(At(midnight - 1));
    }

    [Fact]
    public void Of_NobodyHadAskedForTheFirst_WasDropped()
    {
        Twice(isAhead: true);

        Again().ShouldBe(new MeasuredAgain(2, 0, 0, 1, 0, 0));
    }

    [Fact]
    public void Of_NobodyHadAskedForTheFirstAndItsCoordinatorWent_IsSpeculative()
    {
        Record(2.5, new JobResumed(), owner: 2);
        Twice(isAhead: true, owner: 2);

        Again().ShouldBe(new MeasuredAgain(2, 0, 1, 0, 0, 0));
    }

    [Fact]
    public void Of_TheSameNameAgain_IsAnotherMeasurement()
    {
        foreach (var second in new[] { 1, 5 })
        {
            Begin(1, "g1", second);
            Measured(1, "g1", second + 1);
        }

        Again().ShouldBe(new MeasuredAgain(2, 0, 0, 1, 0, 0));
    }

    [Fact]
    public void Of_FirstBeganAheadAndTheJournalNamesItsNode_IsKept()
    {
        Twice(isAhead: true);
        Record(2.5, Started("g1"));

        Again().ShouldBe(new MeasuredAgain(2, 0, 0, 0, 0, 1));
    }

    private static DateTimeOffset At(double second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    private static AttemptStarted Started(string grant) => new(Number, 1, "node", "cpu:0", Grant: grant);

    private void Twice(bool isAhead = false, int owner = 1)
    {
        if (!isAhead)
        {
            Record(0.5, Started("g1"));
        }

        Begin(1, "g1", second: 1);
        Measured(1, "g1", second: 2);
        Begin(2, "g2", second: 3);
        Record(3, Started("g2"), owner);
        Measured(2, "g2", second: 4);
    }

    private void Record(double second, JournalEvent recorded, int owner = 1) =>
        _records.Add(new JournalRecord(_records.Count, owner, At(second), recorded));

    private void Begin(int silo, string grant, double second, double? heard = null) =>
        Say(silo, $"dbug: Work[1206] node-{silo}|{Job}/{Item.Id[..12]}/{grant} measures {Item.Id}", second, heard);

    private void Measured(int silo, string grant, double second, string outcome = "a result") =>
        Say(silo, $"dbug: Work[1207] node-{silo}|{Job}/{Item.Id[..12]}/{grant} measured {Item.Id}: {outcome}", second);

    private void Say(int silo, string line, double second, double? heard = null) =>
        _silos[silo].Hear(string.Create(CultureInfo.InvariantCulture, $"{At(second):HH:mm:ss.fff} {line}"), At(heard ?? second));

    private MeasuredAgain Again() => MeasuredAgain.Of(
        _records, _silos.SelectMany(silo => silo.Of(Job)), _outages.ToLookup(struck => struck.Silo, struck => struck.Outage));
}
