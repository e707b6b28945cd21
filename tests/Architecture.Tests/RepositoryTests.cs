namespace Cluster.Architecture.Tests;

/// <summary>The repository keeps its own rules.</summary>
public class RepositoryTests
{
    private static readonly SourceTree Tree = SourceTree.OfRepository();

    // Folders whose list or switch names what lies below them, and needs their types; and two, of a graph and of the server's interface,
    // that were divided by size.
    private static readonly Dictionary<string, string[]> Knots = new(StringComparer.Ordinal)
    {
        ["Cli"] = ["Verbs, Verbs/Running"],
        ["Evaluation"] = ["Nodes, Nodes/Data", "Targets, Targets/Libtorch, Targets/OnnxRuntime"],
        ["Kernels"] =
        [
            "Calibration, Calibration/Entropy",
            "Evaluation/Calibrators, Evaluation/Sensitivity",
            "Execution, Execution/FakeQuantization",
        ],
        ["Learning"] = ["Reconstruction, Reconstruction/Blocks"],
        ["Networks"] = ["Graphs, Graphs/Groups, Graphs/Inference, Graphs/Onnx, Graphs/Passes, Graphs/Passes/Forms"],
        ["Silo"] =
        [
            "Api, Api/Access, Api/Collection, Api/Mapping, Api/Paging, Api/Questions, Api/Transfers",
            "Hosting, Hosting/Tls",
            "Workers, Workers/Child",
        ],
    };

    public static TheoryData<string> Built =>
        [.. Tree.In("src").Concat(Tree.In("tools")).Select(project => project.Room).Where(room => room != "Contract")];

    [Fact]
    public void Arrows_OfEveryRoom_AreThoseStated() => Arrows.Violations(Tree).ShouldBeEmpty();

    [Fact]
    public void Arrows_OfTheProduct_StayInIt() => Arrows.Outward(Tree).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Built))]
    public void Folders_OfEveryRoom_AreInNoOtherCycleThanStated(string project)
    {
        string path = SourceTree.AssemblyOf(project);
        Assert.SkipUnless(File.Exists(path), $"{project} is not built here: dotnet build Cluster.sln");

        FolderCycles.Of(path, $"Cluster.{project}", areTop: true).ShouldBeEmpty();
        FolderCycles.Of(path, $"Cluster.{project}").ShouldBe(Knots.GetValueOrDefault(project, []));
    }

    [Fact]
    public void Sources_OfEveryProject_AreItsOwn() =>
        Tree.Projects.SelectMany(project => project.Linked.Select(link => $"{project.Folder} compiles {link}")).ShouldBeEmpty();

    [Fact]
    public void Coordinator_Assembly_TouchesNoFileProcessNetworkOrNativeCode() =>
        PureAssembly.Violations(Path.Combine(AppContext.BaseDirectory, "Cluster.Coordinator.dll")).ShouldBeEmpty();

    [Fact]
    public void Rooms_OfTheArchitecturePage_AreThoseOfTheTree() => Rooms.Violations(Tree).ShouldBeEmpty();

    [Fact]
    public void Folders_OfTheProduct_AreNotCrowded() => Sizes.Crowds(Tree).ShouldBeEmpty();

    [Fact]
    public void Lines_OfSources_CanBeRead() => Sizes.LongLines(Tree).ShouldBeEmpty();

    [Fact]
    public void DecisionRecords_AreNumbered() => DecisionRecords.Violations(DecisionRecords.Read(Tree.Root)).ShouldBeEmpty();

    [Fact]
    public void DecisionRecords_OneNumberTwiceOrAnotherHeading_AreNamed() => DecisionRecords.Violations(
        [("0001-a.md", "# 1. A"), ("0001-b.md", "# 1. B"), ("0002-c.md", "# 3. C")]).ShouldBe(
        ["docs/adr/0001-b.md has no number of its own.", "docs/adr/0002-c.md is headed '# 3. C'."]);
}
