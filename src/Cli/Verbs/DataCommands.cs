using Cluster.Cli.DataSets;

namespace Cluster.Cli.Verbs;

/// <summary>`cluster data`: lists the named data sets of specs, and downloads one.</summary>
internal static class DataCommands
{
    public static Command Create() => new("data", CommandHelp.Describe(
        "The data sets that specs may call by name, such as mnist/train: where they are, and how to get them.",
        "data list",
        "data fetch mnist",
        "run --model net.onnx --data mnist/train@0..500 --eval mnist/test -o OUT"))
    {
        List(),
        Fetch(),
    };

    private static Command List()
    {
        var root = new DataRootOption();
        var command = new Command("list", CommandHelp.Describe("The data sets, and where their files were found.", "data list"))
        {
            root,
        };
        command.SetAction((parsed, _) => CommandErrors.RunAsync(parsed, () =>
        {
            var console = CommandConsole.For(parsed.InvocationConfiguration.Output);
            var table = CommandConsole.Table(console, "Name", ">Samples", "Where");
            var roots = parsed.GetValue(root) is { } first ? DataRoots.Usual().After(first) : DataRoots.Usual();
            foreach (var set in KnownDataSet.All)
            {
                foreach (bool training in (bool[])[true, false])
                {
                    string? found = roots.Folders
                        .Select(root => set.FilesIn(root, training)?[0].Path)
                        .FirstOrDefault(path => path is not null);
                    CommandConsole.AddRow(
                        table,
                        $"{set.Name}/{(training ? KnownDataSet.TrainingName : KnownDataSet.TestName)}",
                        $"{(training ? set.Training : set.Test).Sum(file => file.Count)}",
                        found is null ? $"not found; ./cluster data fetch {set.Name}" : Path.GetDirectoryName(found)!);
                }
            }

            console.Write(table);
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    private static Command Fetch()
    {
        var name = new Argument<string>("NAME") { Description = string.Join(", ", KnownDataSet.All.Select(set => set.Name)) };
        name.AcceptOnlyFromAmong([.. KnownDataSet.All.Select(set => set.Name)]);
        var root = new DataRootOption(
            $"folder that the set's own folder is made in (default: {DataRoots.Variable}, else the user's cache)");
        var command = new Command("fetch", CommandHelp.Describe(
            "Fetch a data set from its site. Only files with the known SHA-256 are kept.", "data fetch mnist"))
        {
            name, root,
        };
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(parsed, async () =>
        {
            var error = parsed.InvocationConfiguration.Error;
            bool isLive = StandardStreams.IsLive(error);
            using var client = new HttpClient();
            var fetch = new DataSetFetch(
                client, (what, bytes) => new TransferMeter(error, isLive, TimeProvider.System, what, bytes));
            var set = KnownDataSet.Find(parsed.GetRequiredValue(name))!;
            string folder = await fetch.RunAsync(set, parsed.GetValue(root) ?? Usual(), cancellation);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{set.Name} is in {folder}.");
            return ExitCode.Done;
        }));
        return command;
    }

    private static string Usual() =>
        Environment.GetEnvironmentVariable(DataRoots.Variable) is { Length: > 0 } named ? named : DataRoots.Cache();
}
