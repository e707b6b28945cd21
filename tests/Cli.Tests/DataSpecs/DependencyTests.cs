namespace Cluster.Cli.Tests.DataSpecs;

public sealed class DependencyTests
{
    [Fact]
    public void DataSpecs_ReferencedAssemblies_AreOfTheBaseLibraryOnly() =>
        typeof(DataSpec).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .ShouldBeEmpty();
}
