namespace Cluster.Cli.Tests;

public sealed class DataRootTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commands_WithData_HaveOption()
    {
        var takers = Below(ClusterCommand.Create())
            .Where(command => command.Options.OfType<InputOption>().Any(option => option.IsData))
            .ToList();

        string[] verbs = ["run", "quantize", "smooth", "finetune", "sensitivity", "errors"];
        verbs.ShouldBeSubsetOf(takers.Select(command => command.Name));
        takers.ShouldAllBe(command => command.Options.OfType<DataRootOption>().Count() == 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DataSetByName_InTheFolderGiven_IsFoundThereFirst(bool isFirst)
    {
        TinyNetwork.Write(_folder.Root);
        string place = Directory.CreateDirectory(_folder["root/mnist"]).FullName;
        File.Copy(_folder["images-idx3-ubyte"], Path.Combine(place, "train-images-idx3-ubyte"));
        File.Copy(_folder["labels-idx1-ubyte"], Path.Combine(place, "train-labels-idx1-ubyte"));
        string[] root = ["--data-root", _folder["root"]];

        // Pictures of 8x8 points, which no other MNIST has.
        var run = await CommandLineRun.OfAsync(
        [
            "quantize", .. isFirst ? root : [], "--model", _folder["tiny.onnx"], "--data", "mnist/train@0..16", "--method", "max", "-o",
            _folder["q.onnx"], .. isFirst ? [] : root,
        ]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Error.ShouldContain("calibrating on 16 images");
    }

    [Fact]
    public async Task DataList_Folder_ListsContent()
    {
        string place = Directory.CreateDirectory(_folder["root/mnist"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(place, "t10k-images-idx3-ubyte"), "", TestContext.Current.CancellationToken);

        var run = await CommandLineRun.OfAsync("data", "list", "--data-root", _folder["root"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain(place);
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
