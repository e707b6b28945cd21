using Cluster.Contract.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cluster.Client.Watching;

/// <summary>The table that changes in place while a job is watched.</summary>
internal static class WatchTable
{
    public static IRenderable Create(IAnsiConsole console, WatchPicture picture, DateTimeOffset now)
    {
        var job = picture.Job;
        var facts = new Grid().AddColumn().AddColumn();
        Add(facts, "state", new Text(
            job.Reason.Length > 0 ? VisibleText.Clean($"{Words.Of(job.State)}: {job.Reason}") : Words.Of(job.State),
            new Style(Words.ColorOf(job.State))));
        Add(facts, "done", $"{Words.Position(job.Progress)} evaluations, {Figures.Clock(picture.Elapsed)} elapsed");
        Add(facts, "ETA", Figures.Clock(picture.Remaining));
        Add(facts, "now", job.Progress is { Purpose.Length: > 0 } progress ? progress.Purpose : Figures.None);
        Add(facts, Words.BestTitle(job.Progress?.BestMisses == true), Words.Best(job.Progress?.Best));
        if (picture.Candidates.Count > 0)
        {
            Add(facts, "candidates", string.Join(", ", picture.Candidates.Select(same => $"{same.Count} {Words.Of(same.State)}")));
        }

        var rows = new List<IRenderable> { facts, Nodes(console, picture.Nodes, now) };
        rows.AddRange(picture.Last.Select(line => new Text(line) { Overflow = Overflow.Ellipsis }));
        string title = job.DisplayName.Length == 0 ? job.Name : $"{job.Name}  {job.DisplayName}";
        return new Panel(new Rows(rows))
        {
            Header = new PanelHeader(Markup.Escape(VisibleText.Shorten(title, 70))),
            Border = BoxBorder.Rounded,
            Expand = true
        };
    }

    private static IRenderable Nodes(IAnsiConsole console, IReadOnlyList<Node>? nodes, DateTimeOffset now) => nodes switch
    {
        null => new Text("nodes: not known now"),
        { Count: 0 } => new Text("nodes: none"),
        _ => NodeTable.Create(console, nodes, now),
    };

    private static void Add(Grid grid, string what, string value) => Add(grid, what, new Text(VisibleText.Clean(value)));

    private static void Add(Grid grid, string what, IRenderable value) => grid.AddRow(new Text(what), value);
}
