namespace Cluster.Silo.Hosting;

/// <summary>
/// The name by which a program joins or calls a cluster. One of a database is given only after its members were checked, so that no program
/// can reach silos without.
/// </summary>
internal sealed class ClusterName
{
    private ClusterName(string text) => Text = text;

    /// <summary>The name for Orleans.</summary>
    public string Text { get; }

    /// <summary>The name of a cluster without a database: one silo, and what is told its ports.</summary>
    public static ClusterName OfOne(string clusterId) => new(clusterId);

    /// <summary>The name of a database's cluster.</summary>
    /// <param name="membership">The members in the database.</param>
    /// <param name="clusterId">The cluster's name for people.</param>
    /// <param name="gateways">Gateway ports that the program will call although it did not read them in the database.</param>
    /// <param name="cancellationToken">Ends the wait for a sign of life.</param>
    /// <exception cref="JobException">The database is another cluster's, or a copy that would lead to the original's silos.</exception>
    public static async Task<ClusterName> OfAsync(
        PostgresMembership membership, string clusterId, IReadOnlyList<IPEndPoint> gateways, CancellationToken cancellationToken)
    {
        string name = await membership.NameAsync(clusterId, cancellationToken);
        await membership.RequireOnlyAsync(name, OrleansClustering.Silence, cancellationToken);
        await MembershipCheck.RequireOwnAsync(membership, name, gateways, OrleansClustering.Patience, cancellationToken);
        return new ClusterName(name);
    }
}
