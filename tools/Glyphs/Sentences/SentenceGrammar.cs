namespace Cluster.Glyphs.Sentences;

/// <summary>
/// Languages of the same few words, told apart by which word follows which: all share most of their rules, and each has some of its own.
/// The rules are the same whatever the seed of the sentences.
/// </summary>
internal sealed class SentenceGrammar
{
    public const int Languages = 8;

    /// <summary>Number of the first word; those below are signs.</summary>
    public const int FirstWord = 2;

    public const int Vocabulary = 32;

    private const int Words = Vocabulary - FirstWord;
    private const int Followers = 3;

    // One word in so many has followers of a language's own.
    private const int OwnRules = 5;

    // Words in a hundred that follow no rule.
    private const int Slips = 25;

    // Of a hundred: how often the first follower is said, and the first or second.
    private static readonly int[] Shares = [50, 80];

    private readonly int[,,] _followers = new int[Languages, Words, Followers];

    public SentenceGrammar()
    {
        var random = new SplitMix64((ulong)SplitMix64.Derive(0, "sentences/grammar"));
        for (int word = 0; word < Words; word++)
        {
            int[] shared = Draw(random);
            for (int language = 0; language < Languages; language++)
            {
                int[] own = random.Below(OwnRules) == 0 ? Draw(random) : shared;
                for (int i = 0; i < Followers; i++)
                {
                    _followers[language, word, i] = own[i];
                }
            }
        }
    }

    /// <summary>A word to begin with.</summary>
    public static long First(SplitMix64 random) => FirstWord + random.Below(Words);

    /// <summary>A word that may follow.</summary>
    public long Next(int language, long word, SplitMix64 random)
    {
        if (random.Below(100) < Slips)
        {
            return First(random);
        }

        int choice = random.Below(100);
        return FirstWord + _followers[language, word - FirstWord, Shares.Count(share => choice >= share)];
    }

    private static int[] Draw(SplitMix64 random) => [.. Enumerable.Range(0, Followers).Select(_ => random.Below(Words))];
}
