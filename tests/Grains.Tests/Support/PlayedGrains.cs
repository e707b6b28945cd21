namespace Cluster.Grains.Tests.Support;

/// <summary>A cluster of nodes with a slot each, whose directory gives the first one that a request does not leave out.</summary>
/// <remarks>Not sealed, as its proxy derives from it.</remarks>
public class PlayedGrains : DispatchProxy
{
    private Played _played = null!;

    internal static (IGrainFactory Factory, INodeServices Nodes, Played Played) Create()
    {
        var factory = Create<IGrainFactory, PlayedGrains>();
        var played = ((PlayedGrains)(object)factory)._played = new Played();
        return (factory, new Nodes(played), played);
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        targetMethod!.GetGenericArguments().ShouldBe([typeof(INodeDirectoryGrain)]);
        return RehearsedReference.Of(typeof(INodeDirectoryGrain), new Directory(_played));
    }

    /// <summary>What was asked of the cluster, and what it answers.</summary>
    internal sealed class Played
    {
        public ConcurrentQueue<SlotRequest> Requests { get; } = new();

        /// <summary>How long each of them may wait.</summary>
        public ConcurrentQueue<TimeSpan> Waits { get; } = new();

        /// <summary>Answers for the directory; null: it gives at once.</summary>
        public Func<Task<SlotGrant?>>? Grant { get; set; }

        /// <summary>Answers for a node and an item's number, which speculative work has none of.</summary>
        public Func<string, int, Task<WorkResult>> Work { get; set; } = static (_, _) => throw new NotSupportedException();

        /// <summary>Whether nobody hears of the end of work that was begun on a node, but for who asks again.</summary>
        public Func<string, bool> IsAnswerLost { get; set; } = static _ => false;

        /// <summary>Whether the call that begins work never arrives; null: all do.</summary>
        public Func<bool>? LosesBegin { get; set; }

        /// <summary>By its key, all work that was begun; nodes forget nothing of it.</summary>
        public ConcurrentDictionary<string, Task<CandidateReply>> Begun { get; } = new(StringComparer.Ordinal);

        /// <summary>What nodes say that they keep; where there is something, the nodes are those of it.</summary>
        public ConcurrentQueue<Assignment> Kept { get; } = new();

        /// <summary>The nodes that were asked what they keep.</summary>
        public ConcurrentQueue<string> Asked { get; } = new();

        public TaskCompletionSource<string> Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string[]> Forgotten { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Directory(Played played)
    {
        public Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait, CancellationToken cancellationToken)
        {
            played.Requests.Enqueue(request);
            played.Waits.Enqueue(wait);
            if (played.Grant is { } grant)
            {
                return grant();
            }

            var node = Enumerable.Range(1, 9).Select(i => $"node-{i}")
                .Except([.. request.Excluded ?? [], .. request.Beside ?? []], StringComparer.Ordinal)
                .First();
            return Task.FromResult<SlotGrant?>(new SlotGrant($"g{played.Requests.Count}", node, 0, "cpu:0"));
        }
    }

    private sealed class Nodes(Played played) : INodeServices
    {
        public IReadOnlyList<string> Names => [.. played.Kept.Select(kept => kept.Grant.Node).Distinct(StringComparer.Ordinal)];

        public ValueTask<INodeService?> FindAsync(string node) =>
            ValueTask.FromResult((INodeService?)RehearsedReference.Of(typeof(INodeService), new Node(played, node)));

        public ValueTask<ICandidateGrain?> FindCandidateAsync(string key) =>
            ValueTask.FromResult((ICandidateGrain?)RehearsedReference.Of(typeof(ICandidateGrain), new Candidate(played, key)));
    }

    // The methods of INodeService that coordinators call.
    private sealed class Node(Played played, string id)
    {
        public Task ForgetAsync(string[] keys)
        {
            played.Forgotten.TrySetResult(keys);
            return Task.CompletedTask;
        }

        public Task<Assignment[]> KeptAsync(string job)
        {
            played.Asked.Enqueue(id);
            return Task.FromResult(played.Kept.Where(kept => string.Equals(kept.Job, job, StringComparison.Ordinal)
                && string.Equals(kept.Grant.Node, id, StringComparison.Ordinal)).ToArray());
        }
    }

    // The methods of ICandidateGrain.
    private sealed class Candidate(Played played, string key)
    {
        public Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait, CancellationToken cancellationToken)
        {
            if (played.LosesBegin?.Invoke() == true)
            {
                return new TaskCompletionSource<CandidateReply>().Task;
            }

            var begun = played.Begun.GetOrAdd(assignment.Key, _ => DoAsync(assignment));
            return played.IsAnswerLost(assignment.Grant.Node) ? new TaskCompletionSource<CandidateReply>().Task : begun;
        }

        public Task<CandidateReply> WaitAsync(TimeSpan wait, CancellationToken cancellationToken) =>
            played.Begun.GetValueOrDefault(key) switch
            {
                null => Task.FromResult(new CandidateReply(CandidatePhase.Unknown)),
                { IsCompleted: false } when wait == TimeSpan.Zero => Task.FromResult(new CandidateReply(CandidatePhase.Running)),
                var begun => begun,
            };

        public Task StopAsync()
        {
            played.Stopped.TrySetResult(key);
            return Task.CompletedTask;
        }

        private async Task<CandidateReply> DoAsync(Assignment assignment) =>
            CandidateReply.Of(await played.Work(assignment.Grant.Node, assignment.Sequence ?? int.MinValue));
    }
}
