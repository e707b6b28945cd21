namespace Cluster.Coordinator.Model.Options;

/// <summary>A job option outside its limits.</summary>
/// <param name="Option">Name of its property of <see cref="JobOptions"/>.</param>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Found">What was found.</param>
/// <param name="Expected">What is expected.</param>
/// <param name="Advice">What to do.</param>
public sealed record JobOptionFault(string Option, string Name, string Found, string Expected, string Advice)
{
    /// <summary>The fault in a sentence.</summary>
    /// <param name="name">The option's name where it was given; null: its name on the command line.</param>
    public string Sentence(string? name = null) =>
        $"{name ?? Name} must be {Expected}, not {Found}{(Advice.Length > 0 ? $": {Advice}" : string.Empty)}.";
}
