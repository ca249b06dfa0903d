"""What people ask for: photos by people, dates, albums, words and places."""
