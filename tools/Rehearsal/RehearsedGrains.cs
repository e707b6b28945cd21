using System.Reflection;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;
using Orleans;

namespace Cluster.Rehearsal;

/// <summary>
/// The grains that coordinators and nodes call, as seen from one of them: each call goes through the <see cref="RehearsedNetwork"/> to the
/// product's own directory or node. Activation and placement, which are Orleans', are played: a call to a node that is lost has no answer
/// until the members know of it, and then that the node is gone.
/// </summary>
/// <remarks>Not sealed, as its proxy derives from it; the factory's interface has more members in some versions of Orleans.</remarks>
public class RehearsedGrains : DispatchProxy
{
    private ClusterRehearsal _cluster = null!;
    private Func<bool> _isLost = null!;

    /// <param name="cluster">The cluster.</param>
    /// <param name="isLost">Whether who calls is lost itself.</param>
    internal static IGrainFactory Of(ClusterRehearsal cluster, Func<bool> isLost)
    {
        var factory = Create<IGrainFactory, RehearsedGrains>();
        (((RehearsedGrains)(object)factory)._cluster, ((RehearsedGrains)(object)factory)._isLost) = (cluster, isLost);
        return factory;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var wanted = targetMethod!.GetGenericArguments()[0];
        return RehearsedReference.Of(wanted, wanted == typeof(INodeDirectoryGrain) ? new Directory(this)
            : wanted == typeof(IWorkGrain) ? new Work(this, (string)args![0]!)
            : wanted == typeof(INodeGrain) ? new Node(this, (string)args![0]!)
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

        public Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait) =>
            from.AskDirectoryAsync(directory => directory.AcquireAsync(request, wait));

        public Task<string?> ExplainAsync(SlotRequest request) =>
            from.AskDirectoryAsync(directory => Task.FromResult(directory.Explain(request)));

        public Task ReleaseAsync(SlotGrant grant) => TellAsync(directory => directory.Release(grant));

        public Task<IReadOnlyList<NodeStatus>> ListAsync() => from.AskDirectoryAsync(directory => Task.FromResult(directory.List()));

        private Task TellAsync(Action<NodeDirectory> tell) => from.AskDirectoryAsync(directory =>
        {
            tell(directory);
            return Task.FromResult(true);
        });
    }

    // The methods of IWorkGrain.
    private sealed class Work(RehearsedGrains from, string key)
    {
        private static readonly CandidateReply Gone = new(CandidatePhase.Gone);

        public Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait) =>
            AskAsync(silo => silo.Work.BeginAsync(assignment, item.Value<WorkItem>(), wait));

        public Task<CandidateReply> PublishAsync(Assignment assignment, TimeSpan wait) =>
            AskAsync(silo => silo.Work.PublishAsync(assignment, wait));

        public Task<CandidateReply> WaitAsync(TimeSpan wait) => AskAsync(silo => silo.Work.WaitAsync(key, wait));

        public async Task StopAsync() => await AskAsync(async silo =>
        {
            await silo.Work.StopAsync(key);
            return Gone;
        });

        private Task<CandidateReply> AskAsync(Func<RehearsedSilo, Task<CandidateReply>> ask) =>
            from.CallAsync(() => from._cluster.AtNodeAsync(NodeKey.NodeOf(key), ask, Gone));
    }

    // The methods of INodeGrain.
    private sealed class Node(RehearsedGrains from, string id)
    {
        public Task<NodeStatus?> GetAsync() => AskAsync(silo => silo.Node.Status);

        public Task ForgetAsync(string[] keys) => AskAsync(silo =>
        {
            silo.Work.Forget(keys);
            return silo.Node.Status;
        });

        public Task<Assignment[]> KeptAsync(string job) => from.CallAsync(
            () => from._cluster.AtNodeAsync(id, silo => Task.FromResult(silo.Work.Kept(job)), gone: []));

        public Task<NodeStatus?> CordonAsync(bool isCordoned) => AskAsync(silo =>
        {
            silo.Node.Cordon(isCordoned);
            return silo.Node.Status;
        });

        public Task<NodeStatus?> DrainAsync(TimeSpan grace) => CordonAsync(isCordoned: true);

        private Task<NodeStatus?> AskAsync(Func<RehearsedSilo, NodeStatus> ask) =>
            from.CallAsync(() => from._cluster.AtNodeAsync(id, silo => Task.FromResult<NodeStatus?>(ask(silo)), gone: null));
    }
}
