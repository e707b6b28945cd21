using System.Reflection;
using Cluster.Coordinator.Running;
using Cluster.Plans;

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

    [Fact]
    public void Coordinator_PublicEnums_AreWrittenAsText()
    {
        foreach (var type in typeof(JobRunner).Assembly.GetExportedTypes().Where(type => type.IsEnum))
        {
            foreach (var value in Enum.GetValues(type))
            {
                System.Text.Json.JsonSerializer.Serialize(value, type, PlanJson.Options).ShouldStartWith("\"");
            }
        }

        typeof(JobRunner).GetTypeInfo().IsSealed.ShouldBeTrue();
    }
}
