using Cluster.Contract.V1;
using Spectre.Console;

namespace Cluster.Client.Views;

/// <summary>The files that `collect` removed, or would remove.</summary>
internal static class CollectionTable
{
    public static void Write(IAnsiConsole console, CollectArtefactsResponse response, bool isDry)
    {
        if (response.Items.Count > 0)
        {
            var table = CommandConsole.Table(console, "Name", ">Size", "Why");
            foreach (var item in response.Items)
            {
                CommandConsole.AddRow(table, item.Name, Figures.Bytes(item.SizeBytes), item.Reason);
            }

            console.Write(table);
        }

        string done = isDry ? "would be freed; nothing was changed" : "were freed";
        CommandConsole.Line(console, $"{Figures.Bytes(response.FreedBytes)} of {Figures.Bytes(response.StoredBytes)} {done}");
    }
}
