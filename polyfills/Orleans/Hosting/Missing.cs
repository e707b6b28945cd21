using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>What one process cannot stand in for.</summary>
internal static class Missing
{
    public static OrleansConfigurationException Package(string what, string package) => new(
        $"{what} needs a cluster, and this program was built with the one-process stand-in for Orleans: "
        + $"restore {package} from a NuGet feed that has it "
        + "(delete Packages.local.props and build again), or use UseLocalhostClustering() alone.");
}
