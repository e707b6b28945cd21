using System.Reflection;
using Cluster.Grains.Candidates;
using Cluster.Grains.Contracts;
using Orleans;

namespace Cluster.Simulation.Rehearsals;

/// <summary>
/// The directory and the nodes that coordinators and nodes call, as seen from one of them: each call goes through the
/// <see cref="RehearsedNetwork"/> to the product's own. Members, which are Orleans', are played: a call to a node that is lost has no
/// answer until they know of it; then there is no such node.
/// </summary>
/// <remarks>Not sealed, as its proxy derives from it; the factory's interface has more members in some versions of Orleans.</remarks>
public class RehearsedGrains : DispatchProxy
{
    private ClusterRehearsal _cluster = null!;
    private Func<bool> _isLost = null!;

    /// <param name="cluster">The cluster.</param>
    /// <param name="isLost">Whether who calls is lost itself.</param>
    internal static (IGrainFactory Grains, INodeServices Nodes) Of(ClusterRehearsal cluster, Func<bool> isLost)
    {
        var factory = Create<IGrainFactory, RehearsedGrains>();
        var grains = (RehearsedGrains)(object)factory;
        (grains._cluster, grains._isLost) = (cluster, isLost);
        return (factory, new Nodes(grains));
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var wanted = targetMethod!.GetGenericArguments()[0];
        return RehearsedReference.Of(wanted, wanted == typeof(INodeDirectoryGrain) ? new Directory(this)
            : wanted == typeof(ITenantGrain) ? new Tenant()
            : throw new NotSupportedException($"No {wanted.Name} is called in a rehearsal."));
    }

    private Task<T> CallAsync<T>(Func<Task<T>> call) =>
        _isLost() ? RehearsedNetwork.Never<T>() : _cluster.Network.CallAsync(call);

    private Task<T> AskDirectoryAsync<T>(Func<NodeDirectory, Task<T>> ask) => CallAsync(() => _cluster.AtDirectoryAsync(ask));

    // The methods of INodeDirectoryGrain.
    private sealed class Directory(RehearsedGrains from)
    {
        public Task AnnounceAsync(NodeStatus status) => TellAsync(directory => directory.Announce(status));

        public Task LeaveAsync(string node) => TellAsync(directory => directory.Leave(node));

        public Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait, CancellationToken cancellationToken) =>
            from.AskDirectoryAsync(directory => directory.AcquireAsync(request, wait, cancellationToken));

        public Task<string?> ExplainAsync(SlotRequest request) =>
            from.AskDirectoryAsync(directory => Task.FromResult(directory.Explain(request)));

        public Task ReleaseAsync(SlotGrant grant) => TellAsync(directory => directory.Release(grant));

        private Task TellAsync(Action<NodeDirectory> tell) => from.AskDirectoryAsync(directory =>
        {
            tell(directory);
            return Task.FromResult(true);
        });
    }

    // The methods of ITenantGrain: all jobs run at once.
    private sealed class Tenant
    {
        private readonly Task<int> _none = Task.FromResult(0);
        private readonly Task<bool> _all = Task.FromResult(true);

        public Task<int> PlaceAsync(string job, DateTimeOffset createdAt, TimeSpan wait, CancellationToken cancellationToken) =>
            _none;

        public Task<bool> MayBeginAsync(string job) => _all;

        public Task EndedAsync(string job, DateTimeOffset createdAt) => _none;
    }

    private sealed class Nodes(RehearsedGrains from) : INodeServices
    {
        public IReadOnlyList<string> Names => from._cluster.Members;

        public ValueTask<INodeService?> FindAsync(string node) => ValueTask.FromResult(
            from._cluster.IsMember(node) ? (INodeService)RehearsedReference.Of(typeof(INodeService), new Node(from, node)) : null);

        public ValueTask<ICandidateGrain?> FindCandidateAsync(string key) => ValueTask.FromResult(
            from._cluster.IsMember(NodeKey.NodeOf(key))
                ? (ICandidateGrain)RehearsedReference.Of(typeof(ICandidateGrain), new Candidate(from, key))
                : null);
    }

    // The methods of INodeService that coordinators call.
    private sealed class Node(RehearsedGrains from, string id)
    {
        public Task ForgetAsync(string[] keys) => AskAsync(silo =>
        {
            silo.Work.Forget(keys);
            return Task.FromResult(true);
        });

        public Task<Assignment[]> KeptAsync(string job) => AskAsync(silo => Task.FromResult(silo.Work.Kept(job)));

        private Task<T> AskAsync<T>(Func<RehearsedSilo, Task<T>> ask) => from.CallAsync(() => from._cluster.AtNodeAsync(id, ask));
    }

    // The methods of ICandidateGrain, over the attempt that its activation would host.
    private sealed class Candidate(RehearsedGrains from, string key)
    {
        public Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait, CancellationToken cancellationToken) =>
            AskAsync(work => work.Begin(assignment, item.Value<WorkItem>(), out var begun) is { } refused
                ? Task.FromResult(refused)
                : begun!.WaitAsync(wait, cancellationToken));

        public Task<CandidateReply> WaitAsync(TimeSpan wait, CancellationToken cancellationToken) => AskAsync(work =>
            work.Find(key)?.WaitAsync(wait, cancellationToken) ?? Task.FromResult(new CandidateReply(CandidatePhase.Unknown)));

        public Task StopAsync() => AskAsync(async work =>
        {
            await (work.Find(key)?.StopAsync() ?? Task.CompletedTask);
            return true;
        });

        private Task<T> AskAsync<T>(Func<LocalWork, Task<T>> ask) =>
            from.CallAsync(() => from._cluster.AtNodeAsync(NodeKey.NodeOf(key), silo => ask(silo.Work)));
    }
}
