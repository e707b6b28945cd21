namespace Cluster.Export.Forms;

/// <summary>Where the channels of a value stand among padding, whose content no layer sees: the weights for it are zeros.</summary>
/// <param name="Places">The place of each channel, ascending.</param>
/// <param name="Count">Channels with padding.</param>
internal sealed record PaddedChannels(IReadOnlyList<int> Places, int Count)
{
    /// <summary>No padding.</summary>
    public static PaddedChannels Plain(int channels) => new([.. Enumerable.Range(0, channels)], channels);

    /// <summary>Padding behind the channels.</summary>
    public static PaddedChannels Padded(int channels, int count) => Plain(channels) with { Count = count };

    /// <summary>Whether there is no padding.</summary>
    public bool IsPlain => Places.Count == Count;

    /// <summary>The layouts one after the other.</summary>
    public static PaddedChannels Joined(IEnumerable<PaddedChannels> parts)
    {
        var places = new List<int>();
        int count = 0;
        foreach (var part in parts)
        {
            places.AddRange(part.Places.Select(place => place + count));
            count += part.Count;
        }

        return new PaddedChannels(places, count);
    }

    /// <summary>The channel at each place; -1: padding.</summary>
    public int[] Channels()
    {
        int[] channels = new int[Count];
        Array.Fill(channels, -1);
        for (int channel = 0; channel < Places.Count; channel++)
        {
            channels[Places[channel]] = channel;
        }

        return channels;
    }

    /// <summary>
    /// A range of the channels, as wide as wished where the places allow it: it may start early or end late, since what stands beside it
    /// counts as padding.
    /// </summary>
    /// <param name="start">The first of the channels.</param>
    /// <param name="channels">How many.</param>
    /// <param name="width">Places wished, at least as many.</param>
    /// <returns>The first place, and the layout of what is taken; null: the channels do not stand side by side.</returns>
    public (int First, PaddedChannels Taken)? Range(int start, int channels, int width)
    {
        int first = Places[start];
        if (Places[start + channels - 1] != first + channels - 1)
        {
            return null;
        }

        int from = first + width <= Count ? first : Count - width;
        return from < 0
            ? (first, Plain(channels))
            : (from, new PaddedChannels([.. Enumerable.Range(first - from, channels)], width));
    }
}
