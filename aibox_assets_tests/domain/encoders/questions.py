"""Short English passages, and one question for each of them."""

# ruff: noqa: E501

from __future__ import annotations

# Question and answer; every other answer is a wrong one.
QUESTIONS = (
    ("Which road did the bushfire close?", "Strong winds pushed a bushfire across the Hume Highway near Goulburn, and police shut the road."),
    ("How many people died in traffic over the holidays?", "The national road toll for the Christmas period stands at 45, eight fewer than last year."),
    ("What did the earthquake measure?", "A tremor of 4.1 on the Richter scale shook the wheat belt overnight without damage."),
    ("What do flights cost with the new airline?", "The carrier offers seats between Melbourne and five capital cities for five dollars."),
    ("Where does the yacht race end?", "Skippers expect westerly winds for the start of the race from Sydney to Hobart."),
    ("Who sank the unidentified boat?", "Coast guards exchanged fire with an unknown vessel in the East China Sea, which went down."),
    ("Who was left out of the cricket team?", "The selectors dropped the opening bowler after his injury and named a spinner instead."),
    ("What happened at the insurance company's board?", "A report on the insurer's solvency was given to its directors months before the collapse."),
    ("Are more children overweight than before?", "Doctors diagnose obesity in a growing number of adults and pupils."),
    ("Who tried to overthrow the government of Haiti?", "Armed commandos stormed the national palace in Port-au-Prince; four people died in the attempted coup."),
    ("What must food labels show now?", "Packaged food with genetically modified crops has to be marked from today."),
    ("Who won the swimming events?", "Local swimmers took nine of twelve events at the skins meeting last night."),
    ("Who will lead the party?", "The members elected the former treasurer as their new chairwoman with two thirds of the votes."),
    ("How much did the company's profit grow?", "Net income rose by eleven per cent to 84 million euros in the first half."),
    ("What makes the battery safer?", "A ceramic separator keeps the cell from short circuits up to 300 degrees."),
    ("When does the museum open?", "Visitors are let into the gallery from ten in the morning, except on Mondays."),
    ("Why did the trains stop?", "A fallen tree on the overhead line halted all rail traffic for three hours."),
    ("Which vaccine was tested?", "A trial with two thousand volunteers showed that the malaria jab protects infants."),
    ("Who painted the stolen picture?", "Thieves took a landscape by Monet out of the villa while its owners slept."),
    ("How long is the new bridge?", "The crossing spans 1,200 metres over the estuary and carries four lanes."),
    ("What did the astronauts repair?", "The crew replaced a gyroscope of the space telescope during a walk of seven hours."),
    ("Why is the river polluted?", "Waste water of a tannery with chromium flows unfiltered into the stream."),
)  # fmt: skip
