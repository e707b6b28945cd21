namespace Cluster.Grains.Quotas;

/// <summary>
/// Amounts of a quota that running calls are about to use, and that no store shows yet: so simultaneous calls, on any servers, do not all
/// take the same room. One grain per tenant and quota, by its name.
/// </summary>
[Alias("cluster.quota")]
public interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>Promises an amount to a call, or renews its promise, which lapses after <see cref="QuotaPromises.Lease"/>.</summary>
    /// <param name="call">The call's own id.</param>
    /// <param name="subject">The purpose of the amount, by the name under which a store shows it afterwards.</param>
    /// <param name="amount">The amount it is about to use.</param>
    /// <returns>The amounts promised to earlier calls, by subject, without its own. A store may meanwhile show some of them.</returns>
    [Alias("promise")]
    Task<IReadOnlyDictionary<string, long>> PromiseAsync(string call, string subject, long amount);

    /// <summary>The call has ended: a store shows what it used.</summary>
    [Alias("release")]
    Task ReleaseAsync(string call);
}
