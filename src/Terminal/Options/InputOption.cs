namespace Cluster.Terminal.Options;

/// <summary>An option whose value names an input, so that a missing file gets its own exit code.</summary>
public sealed class InputOption : Option<string?>
{
    /// <param name="isData">
    /// Whether the value is a data specification rather than a path; its named data sets are looked for in the usual folders, and before
    /// these in that of <see cref="DataRootOption"/>.
    /// </param>
    public InputOption(string name, bool isData)
        : base(name)
    {
        IsData = isData;
        if (isData)
        {
            CustomParser = Expand;
        }
    }

    /// <summary>Whether the value is a data spec; otherwise it is a path.</summary>
    public bool IsData { get; }

    private static string? Expand(ArgumentResult result)
    {
        try
        {
            string spec = NamedData.Expand(result.Tokens[0].Value, DataRootOption.Roots(result));
            DataSpec.Parse(spec);
            return spec;
        }
        catch (DataSpecException refusal)
        {
            result.AddError(refusal.Message);
            return null;
        }
    }
}
