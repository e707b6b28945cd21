namespace Cluster.Coordinator.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void Coordinator_ReferencedAssemblies_AreTheBaseLibraryAndPlans()
    {
        var others = typeof(JobRunner).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal)
                && name is not ("netstandard" or "mscorlib" or "Cluster.Plans"));

        others.ShouldBeEmpty();
    }
}
