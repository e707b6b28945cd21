using System.CommandLine;
using System.Globalization;
using Cluster.Coordinator.Model;

namespace Cluster.Terminal;

/// <summary>The options of what a job learns after its search; the remote commands have the same.</summary>
public static class AfterSearchOptions
{
    public static Option<string?> FineTune() => When(
        "--fine-tune",
        "train the winner's numbers further and keep the result if it is better: auto (where accuracy was lost), always or never (default: auto with --train, else never)");

    public static Option<int?> Epochs() =>
        NumberOptions.Positive(new Option<int?>("--epochs") { Description = "passes of fine-tuning over the training images (default: 10)", HelpName = "N" });

    public static Option<string?> Reconstruct() => When(
        "--reconstruct",
        "learn roundings after the search, AdaRound, then BRECQ, then QDrop, and keep what helps: auto (where a faster plan was refused for its accuracy, or the winner has lost some), always or never (default: auto)");

    public static Option<int?> ReconstructIterations()
    {
        var option = new Option<int?>("--reconstruct-iterations") { Description = $"iterations of that a block, a layer for AdaRound, 1 to {ReconstructionLimits.MostIterations} (default: {ReconstructionLimits.UsualIterations})", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && int.TryParse(text, CultureInfo.InvariantCulture, out int iterations) && iterations is < 1 or > ReconstructionLimits.MostIterations)
            {
                result.AddError($"--reconstruct-iterations is {text}; 1 to {ReconstructionLimits.MostIterations} is expected.");
            }
        });
        return option;
    }

    public static string NothingToIterate(int iterations) =>
        $"--reconstruct-iterations is {iterations} where --reconstruct is never; leave one of them out.";

    private static Option<string?> When(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "WHEN" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word and not ("auto" or "always" or "never") }, ..])
            {
                result.AddError($"{name} is {word}; auto, always or never is expected.");
            }
        });
        return option;
    }
}
