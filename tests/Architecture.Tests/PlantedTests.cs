namespace Cluster.Architecture.Tests;

/// <summary>Each rule sees a violation that was planted for it.</summary>
public sealed class PlantedTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arrows_ReferenceToALaterRoom_IsNamed()
    {
        Project("src/Kernels", "<ProjectReference Include=\"..\\Silo\\Silo.csproj\" />");
        Project("src/Silo");
        Arrows.Violations(Read()).ShouldBe(["Kernels references Silo."]);
    }

    [Fact]
    public void Outward_ProductThatReferencesATool_IsNamed()
    {
        Project("src/Cli", "<ProjectReference Include=\"..\\..\\tools\\Glyphs\\Glyphs.csproj\" />");
        Project("tools/Glyphs");
        Arrows.Outward(Read()).ShouldBe(["Cli is of the product and references Glyphs, which is not."]);
    }

    [Fact]
    public void Arrows_IndirectRoomNamed_IsViolation()
    {
        Project("src/Kernels");
        Project("src/Evaluation", "<ProjectReference Include=\"..\\Kernels\\Kernels.csproj\" />");
        Project("src/Silo", "<ProjectReference Include=\"..\\Evaluation\\Evaluation.csproj\" />");
        _folder.Write("src/Silo/Api/Listener.cs", "using Cluster.Kernels.Tensors;\n\nnamespace Cluster.Silo.Api;\n");
        Arrows.Violations(Read()).ShouldBe(["src/Silo/Api/Listener.cs names Kernels."]);
    }

    [Fact]
    public void Arrows_RoomWithoutStatedArrows_IsNamed()
    {
        Project("src/Attic");
        Arrows.Violations(Read()).ShouldBe(["src/Attic is a room whose arrows are not stated."]);
    }

    [Fact]
    public void Arrows_WordInACommentOrAString_IsNotAnArrow()
    {
        Project("src/Coordinator");
        Project("src/Kernels");
        _folder.Write("src/Coordinator/A.cs", "// Cluster.Kernels\nstatic class A { const string Name = \"Cluster.Kernels\"; }\n");
        Arrows.Violations(Read()).ShouldBeEmpty();
    }

    [Fact]
    public void FolderCycles_MutualUse_IsNamed() =>
        FolderCycles.Of(typeof(PlantedTests).Assembly.Location, "Cluster.Architecture.Tests.Planted").ShouldBe(["First, Second"]);

    [Fact]
    public void Linked_SourceOfAnotherFolder_IsNamed()
    {
        Project("src/Client", "<Compile Include=\"..\\Silo\\A.cs\" LinkBase=\"Shared\" />");
        Read().Projects.Single().Linked.ShouldBe(["..\\Silo\\A.cs"]);
    }

    [Fact]
    public void PureAssembly_ThatReadsFiles_IsNamed() =>
        PureAssembly.Violations(typeof(PlantedTests).Assembly.Location).ShouldContain("Cluster.Architecture.Tests uses System.IO.File.");

    [Fact]
    public void Rooms_UndescribedAndMissingOnes_AreNamed()
    {
        Project("src/Kernels");
        _folder.Write("docs/architecture.md", "### src/Attic\n");
        Rooms.Violations(Read()).ShouldBe(
            ["docs/architecture.md does not describe src/Kernels.", "docs/architecture.md describes src/Attic, which is not there."]);
    }

    [Fact]
    public void Sizes_LongLineAndCrowdedFolder_AreNamed()
    {
        Project("src/Kernels");
        for (int i = 0; i <= Sizes.MostFiles; i++)
        {
            _folder.Write($"src/Kernels/Data/F{i}.cs", "");
        }

        _folder.Write("src/Kernels/Long.cs", new string('x', Sizes.LongestLine + 1));
        Sizes.Crowds(Read()).ShouldBe(["src/Kernels/Data has 26 files, at most 25 are expected."]);
        Sizes.LongLines(Read()).ShouldBe(["src/Kernels/Long.cs(1) has 141 characters."]);
    }

    private void Project(string folder, string items = "") => _folder.Write(
        $"{folder}/{folder[(folder.LastIndexOf('/') + 1)..]}.csproj",
        $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{items}</ItemGroup></Project>");

    private SourceTree Read() => SourceTree.Read(_folder.Root);
}
