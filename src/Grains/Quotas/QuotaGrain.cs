namespace Cluster.Grains.Quotas;

/// <summary><see cref="QuotaPromises"/> as a grain. Promises lost with its silo are renewed by the calls.</summary>
[OnCoordinators]
[GrainType("cluster-quota")]
internal sealed class QuotaGrain(TimeProvider time) : Grain, IQuotaGrain
{
    private readonly QuotaPromises _promises = new(time);

    public Task<IReadOnlyDictionary<string, long>> PromiseAsync(string call, string subject, long amount) =>
        Task.FromResult(_promises.Promise(call, subject, amount));

    public Task ReleaseAsync(string call)
    {
        _promises.Release(call);
        return Task.CompletedTask;
    }
}
