namespace Cluster.Grains.Quotas;

/// <summary>
/// What calls under way are about to take of a quota, and no store shows yet: so calls that come at the same moment, at
/// whichever servers, do not all take the same room. One for each quota of each tenant, by its name.
/// </summary>
[Alias("cluster.quota")]
public interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>Promises an amount to a call, or renews its promise, which lapses after <see cref="QuotaPromises.Lease"/>.</summary>
    /// <param name="call">The call's own id.</param>
    /// <param name="subject">What the amount is for, by the name under which a store shows it afterwards.</param>
    /// <param name="amount">How much it is about to take.</param>
    /// <returns>
    /// What is promised to calls that came before it, by subject, without its own. A store may show some of these meanwhile.
    /// </returns>
    [Alias("promise")]
    Task<IReadOnlyDictionary<string, long>> PromiseAsync(string call, string subject, long amount);

    /// <summary>The call is over: a store shows what it took.</summary>
    [Alias("release")]
    Task ReleaseAsync(string call);
}
