using Cluster.Contract.V1;
using Google.Protobuf.Reflection;

namespace Cluster.Silo.Tests.Api;

/// <summary>Rules that every file of the contract keeps, so that it can grow without breaking who uses it.</summary>
public sealed class ContractTests
{
    private static readonly FileDescriptor[] Files =
    [
        ArtefactReflection.Descriptor, ArtefactServiceReflection.Descriptor, CandidateReflection.Descriptor, JobReflection.Descriptor,
        JobEventReflection.Descriptor, JobServiceReflection.Descriptor, NodeServiceReflection.Descriptor, PlanReflection.Descriptor,
    ];

    [Fact]
    public void Files_All_AreInTheFolderOfTheirPackage()
    {
        foreach (var file in Files)
        {
            file.Package.ShouldBe("cluster.v1");
            file.Name.ShouldStartWith("cluster/v1/");
        }
    }

    [Fact]
    public void Enums_All_BeginUnspecifiedAndCarryTheirName()
    {
        var enums = Files.SelectMany(file => file.EnumTypes).ToArray();

        enums.ShouldNotBeEmpty();
        foreach (var type in enums)
        {
            string prefix = string.Concat(type.Name.Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"_{c}" : $"{c}"))
                .ToUpperInvariant();
            type.FindValueByNumber(0).Name.ShouldBe($"{prefix}_UNSPECIFIED");
            type.Values.ShouldAllBe(value => value.Name.StartsWith(prefix + "_", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Lists_All_HavePages()
    {
        var lists = Files.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Where(method => method.Name.StartsWith("List", StringComparison.Ordinal)).ToArray();

        lists.Select(method => method.Name).Order(StringComparer.Ordinal).ShouldBe(["ListCandidates", "ListJobs", "ListNodes"]);
        foreach (var method in lists)
        {
            method.InputType.FindFieldByName("page_size").FieldType.ShouldBe(FieldType.Int32);
            method.InputType.FindFieldByName("page_token").FieldType.ShouldBe(FieldType.String);
            method.OutputType.FindFieldByName("next_page_token").FieldType.ShouldBe(FieldType.String);
        }
    }
}
