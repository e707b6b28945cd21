using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Clusters whose members meet in a database: not without the package.</summary>
public static class AdoNetHostingExtensions
{
    /// <exception cref="Runtime.OrleansConfigurationException">Always: it names the package to restore.</exception>
    public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions) =>
        throw Missing.Package(nameof(UseAdoNetClustering), "Microsoft.Orleans.Clustering.AdoNet");

    /// <exception cref="Runtime.OrleansConfigurationException">Always: it names the package to restore.</exception>
    public static IClientBuilder UseAdoNetClustering(
        this IClientBuilder builder, Action<AdoNetClusteringClientOptions> configureOptions) =>
        throw Missing.Package(nameof(UseAdoNetClustering), "Microsoft.Orleans.Clustering.AdoNet");

    /// <exception cref="Runtime.OrleansConfigurationException">Always: it names the package to restore.</exception>
    public static ISiloBuilder UseAdoNetReminderService(this ISiloBuilder builder, Action<AdoNetReminderTableOptions> configure) =>
        throw Missing.Package(nameof(UseAdoNetReminderService), "Microsoft.Orleans.Reminders.AdoNet");
}
