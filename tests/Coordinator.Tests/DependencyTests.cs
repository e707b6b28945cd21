using System.Reflection;
using Cluster.Coordinator.Json;
using Cluster.Coordinator.Running;

namespace Cluster.Coordinator.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void Coordinator_ReferencedAssemblies_AreOfTheBaseLibraryOnly()
    {
        var others = typeof(JobRunner).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name is not ("netstandard" or "mscorlib"));

        others.ShouldBeEmpty();
    }

    [Fact]
    public void Coordinator_PublicEnums_AreWrittenAsText()
    {
        foreach (var type in typeof(JobRunner).Assembly.GetExportedTypes().Where(type => type.IsEnum))
        {
            foreach (var value in Enum.GetValues(type))
            {
                System.Text.Json.JsonSerializer.Serialize(value, type, CoordinatorJson.Options).ShouldStartWith("\"");
            }
        }

        typeof(JobRunner).GetTypeInfo().IsSealed.ShouldBeTrue();
    }
}
