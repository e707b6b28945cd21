namespace Cluster.Coordinator.Tests;

/// <summary>Work that is done before it is asked for changes nothing of what is decided and recorded.</summary>
public sealed class LookaheadTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive;

    [Fact]
    public async Task Run_WithRoomToLookAhead_WritesTheSameJournal()
    {
        var expected = await Jobs.JournalAsync(Network);
        var evaluator = new Foreseeing(Network);
        var journal = new MemoryJournal();

        await Jobs.RunAsync(Network, journal, evaluator, Options());

        Jobs.Decisions(journal.Events).ShouldBe(Jobs.Decisions(expected.Events));
        evaluator.Expected.Sum(likely => likely.Count).ShouldBeGreaterThan(0);
        evaluator.IsStopped.ShouldBeTrue("nothing is left under way");
    }

    [Fact]
    public async Task Run_BudgetOfEvaluations_DoesNothingThatIsNotAskedFor()
    {
        var budgeted = Network.Choosing(options => options with { BudgetEvaluations = 30 });
        var evaluator = new Foreseeing(budgeted);

        await Jobs.RunAsync(budgeted, evaluator: evaluator, options: Options());

        evaluator.Expected.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_LookingAheadFails_GoesOnWithoutAndSaysSo()
    {
        var evaluator = new Foreseeing(Network);

        await Jobs.RunAsync(
            Network, null, evaluator, Options() with { Speculative = () => throw new InvalidOperationException("It is broken.") });

        evaluator.Failures.ShouldNotBeEmpty();
        evaluator.Failures.ShouldAllBe(failure => failure.Message == "It is broken.");
    }

    private static JobRunnerOptions Options() => new()
    {
        Distributed = true,
        Workers = 16,
        Time = new InstantTime(),
        Speculative = () => SearchStrategies.Of(Network.Spec.Options),
    };

    // After the first round, results wait until something is expected, or cannot be.
    private sealed class Foreseeing(SyntheticNetwork network) : IEvaluator, ISpeculation
    {
        private const int FirstRound = 3;

        private readonly Lock _gate = new();
        private readonly List<IReadOnlyList<WorkItem>> _expected = [];
        private readonly List<Exception> _failures = [];
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ISpeculation Speculation => this;

        public bool HasRoom => true;

        public IReadOnlyList<IReadOnlyList<WorkItem>> Expected => _expected;

        public bool IsStopped { get; private set; }

        public IReadOnlyList<Exception> Failures => _failures;

        public IReadOnlyDictionary<WorkItem, WorkResult> Found
        {
            get
            {
                lock (_gate)
                {
                    return _expected.SelectMany(likely => likely).Distinct().ToDictionary(item => item, network.Evaluate);
                }
            }
        }

        public void Expect(IReadOnlyList<WorkItem> likely)
        {
            lock (_gate)
            {
                _expected.Add(likely);
            }

            if (likely.Count > 0)
            {
                _told.TrySetResult();
            }
        }

        public void Stop() => IsStopped = true;

        public void Failed(Exception fault)
        {
            lock (_gate)
            {
                _failures.Add(fault);
            }

            _told.TrySetResult();
        }

        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

        public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
        {
            if (attempt.Sequence >= FirstRound && network.Spec.Options.BudgetEvaluations is null)
            {
                await _told.Task.WaitAsync(cancellationToken);
            }

            return network.Evaluate(item);
        }
    }
}
