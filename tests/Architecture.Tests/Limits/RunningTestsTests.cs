using Cluster.Tests;
using Cluster.Tests.Limits;
using Xunit.Sdk;
using Xunit.v3;

namespace Cluster.Architecture.Tests.Limits;

public sealed class RunningTestsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly ManualTime _clock = new();
    private readonly RunningTests _running;

    public RunningTestsTests() => _running = new RunningTests(NullMessageSink.Instance, _clock);

    [Fact]
    public void SilentFor_TestBelowTheLimit_NamesNothing()
    {
        _running.OnMessage(StartOf("a.b"));
        _clock.Advance(Limit - TimeSpan.FromSeconds(1));

        _running.SilentFor(Limit).ShouldBeEmpty();
    }

    [Fact]
    public void SilentFor_TestOverTheLimit_NamesItAndNotItsClass()
    {
        _running.OnMessage(StartOfCollection());
        _running.OnMessage(StartOfClass());
        _running.OnMessage(StartOf("a.b"));
        _clock.Advance(Limit);

        _running.SilentFor(Limit).ShouldBe(["a.b"]);
    }

    [Fact]
    public void SilentFor_OneOfTwoFinished_NamesTheOther()
    {
        _running.OnMessage(StartOf("a.quick"));
        _running.OnMessage(StartOf("a.slow"));
        _running.OnMessage(EndOf("a.quick"));
        _clock.Advance(Limit);

        _running.SilentFor(Limit).ShouldBe(["a.slow"]);
    }

    [Fact]
    public void SilentFor_ManyShortTestsOfOneClass_NamesNothing()
    {
        _running.OnMessage(StartOfCollection());
        _running.OnMessage(StartOfClass());
        foreach (string name in new[] { "a.1", "a.2", "a.3" })
        {
            _running.OnMessage(StartOf(name));
            _clock.Advance(Limit / 2);
            _running.OnMessage(EndOf(name));
        }

        _running.SilentFor(Limit).ShouldBeEmpty();
    }

    [Fact]
    public void SilentFor_FixtureOfAClassOverTheLimit_NamesTheClass()
    {
        _running.OnMessage(StartOfCollection());
        _running.OnMessage(StartOfClass());
        _clock.Advance(Limit);

        _running.SilentFor(Limit).ShouldBe(["the fixtures of A"]);
    }

    [Fact]
    public void SilentFor_FixtureOfACollectionOverTheLimit_NamesTheCollection()
    {
        _running.OnMessage(StartOfCollection());
        _clock.Advance(Limit);

        _running.SilentFor(Limit).ShouldBe(["the fixtures of the collection"]);
    }

    private static TestCollectionStarting StartOfCollection() => new()
    {
        AssemblyUniqueID = "assembly",
        StartTime = DateTimeOffset.UnixEpoch,
        TestCollectionClassName = null,
        TestCollectionDisplayName = "the collection",
        TestCollectionUniqueID = "collection",
        Traits = new Dictionary<string, IReadOnlyCollection<string>>(),
    };

    private static TestClassStarting StartOfClass() => new()
    {
        AssemblyUniqueID = "assembly",
        StartTime = DateTimeOffset.UnixEpoch,
        TestClassName = "A",
        TestClassNamespace = null,
        TestClassSimpleName = "A",
        TestClassUniqueID = "class",
        TestCollectionUniqueID = "collection",
        Traits = new Dictionary<string, IReadOnlyCollection<string>>(),
    };

    private static TestStarting StartOf(string name) => new()
    {
        AssemblyUniqueID = "assembly",
        Explicit = false,
        StartTime = DateTimeOffset.UnixEpoch,
        TestCaseUniqueID = name,
        TestClassUniqueID = "class",
        TestCollectionUniqueID = "collection",
        TestDisplayName = name,
        TestLabel = null,
        TestMethodUniqueID = name,
        TestUniqueID = name,
        Timeout = 0,
        Traits = new Dictionary<string, IReadOnlyCollection<string>>(),
    };

    private static TestFinished EndOf(string name) => new()
    {
        AssemblyUniqueID = "assembly",
        Attachments = new Dictionary<string, TestAttachment>(),
        ExecutionTime = 0,
        FinishTime = DateTimeOffset.UnixEpoch,
        Output = "",
        TestCaseUniqueID = name,
        TestClassUniqueID = "class",
        TestCollectionUniqueID = "collection",
        TestMethodUniqueID = name,
        TestUniqueID = name,
        Warnings = null,
    };
}
