namespace Cluster.Tests;

/// <summary>
/// Formats of weights of 8 bits in which a search gives the same answers on every processor that runs it: int8-safe everywhere, int8 where
/// products of bytes do not saturate. A job that names none gets the one of its processor, so a test of its numbers names one of these.
/// </summary>
public sealed class SearchFormats : TheoryData<string>
{
    public SearchFormats()
    {
        Add(GroupFormat.Int8Safe.Text);
        if (!ByteProducts.Saturate)
        {
            Add(GroupFormat.Int8.Text);
        }
    }
}
